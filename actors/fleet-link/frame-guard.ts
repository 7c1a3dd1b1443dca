/** Longest MQTT packet that is read: a payload of the contract and its topic. */
export const FRAME_BYTES_MAX = 66 * 1024;
/** Messages from the broker: what a connection may bring at once, and each second after that. */
const MESSAGES_AT_ONCE = 128;
const MESSAGES_A_SECOND = 10;
/** Everything else (acknowledgements of ours, answers to pings). */
const OTHERS_AT_ONCE = 512;
const OTHERS_A_SECOND = 50;
/** Bytes of whatever kind. */
const BYTES_AT_ONCE = 2 * 1024 * 1024;
const BYTES_A_SECOND = 64 * 1024;

const PUBLISH = 3;
/** The terminal subscribes with QoS 1 at most; a QoS 2 message would be kept in memory until the broker releases it. */
const QOS_TWO = 0x04;
const CONTINUED = 0x80;
const LENGTH_BYTES_MAX = 4;

/** What a terminal takes at once fills up again with time. */
class Allowance {
  readonly #most: number;
  readonly #aSecond: number;
  #left: number;
  #atMs: number;

  constructor(most: number, aSecond: number, nowMs: number) {
    this.#most = most;
    this.#aSecond = aSecond;
    this.#left = most;
    this.#atMs = nowMs;
  }

  take(amount: number, nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) / 1000) * this.#aSecond);
    this.#atMs = nowMs;
    this.#left -= amount;
    return this.#left >= 0;
  }
}

/**
 * Watches the bytes of a broker before anything parses them: packet lengths and rates. A broker that is hostile or broken costs at
 * most its allowance of the terminal's time, then its connection; MQTT 3.1.1 itself sets no bound below 256 MB.
 */
export class FrameGuard {
  readonly #monotonicMs: () => number;
  readonly #messages: Allowance;
  readonly #others: Allowance;
  readonly #bytes: Allowance;
  /** Bytes of the running packet's body still to come. */
  #body = 0;
  /** First byte of a header that is not complete yet, and its length so far. */
  #head: { readonly type: number; length: number; bytes: number } | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    const now = monotonicMs();
    this.#messages = new Allowance(MESSAGES_AT_ONCE, MESSAGES_A_SECOND, now);
    this.#others = new Allowance(OTHERS_AT_ONCE, OTHERS_A_SECOND, now);
    this.#bytes = new Allowance(BYTES_AT_ONCE, BYTES_A_SECOND, now);
  }

  /** Looks at the next bytes; says what is wrong with them, or null. After a complaint the connection must end. */
  see(chunk: Uint8Array): string | null {
    const now = this.#monotonicMs();
    if (!this.#bytes.take(chunk.length, now)) return 'the broker floods: too many bytes';
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const step = Math.min(this.#body, chunk.length - at);
        this.#body -= step;
        at += step;
        continue;
      }
      const problem = this.#header(chunk[at] ?? 0, now);
      if (problem !== null) return problem;
      at += 1;
    }
    return null;
  }

  #header(byte: number, now: number): string | null {
    if (this.#head === null) {
      if (byte >> 4 === PUBLISH && (byte & QOS_TWO) !== 0) return 'the broker sends with a QoS that nobody asked for';
      this.#head = { type: byte >> 4, length: 0, bytes: 0 };
      return null;
    }
    const head = this.#head;
    head.length += (byte & 0x7f) * 2 ** (7 * head.bytes);
    head.bytes += 1;
    if ((byte & CONTINUED) !== 0) {
      return head.bytes < LENGTH_BYTES_MAX ? null : 'the broker does not speak MQTT: a packet length without end';
    }
    this.#head = null;
    this.#body = head.length;
    if (head.length > FRAME_BYTES_MAX) return `a packet of ${head.length} bytes; ${FRAME_BYTES_MAX} are read`;
    const allowance = head.type === PUBLISH ? this.#messages : this.#others;
    return allowance.take(1, now) ? null : 'the broker floods: too many packets';
  }
}
