import type { Socket } from 'node:net';
import type { Clock } from '../../../hal/clock/contract.ts';
import { PACKET_BYTES_MAX } from '../../contract/codec.ts';

/** A payload, its topic and the MQTT header. */
const FRAME_BYTES_MAX = PACKET_BYTES_MAX + 1024;

/** What one connection may send: bursts of this size, and this much a second on average. */
export interface FloodLimits {
  readonly packetsBurst: number;
  readonly packetsPerSecond: number;
  readonly bytesBurst: number;
  readonly bytesPerSecond: number;
}

/** A terminal back from a week offline sends as fast as it is acknowledged; a hundred packets a second are far above that. */
export const FLOOD_LIMITS: FloodLimits = {
  packetsBurst: 2_000,
  packetsPerSecond: 200,
  bytesBurst: 32 * 1024 * 1024,
  bytesPerSecond: 2 * 1024 * 1024,
};

/** A bucket that fills with time and empties with use. */
class Allowance {
  #left: number;
  readonly #burst: number;
  readonly #perMs: number;

  constructor(burst: number, perSecond: number) {
    this.#left = burst;
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
  }

  /** False when it is used up. */
  spend(amount: number, elapsedMs: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + elapsedMs * this.#perMs) - amount;
    return this.#left >= 0;
  }
}

/**
 * Watches the frames of a connection before the broker's parser gathers them: it would hold a packet of any announced length in
 * memory. Reads only the fixed headers; what it lets through is untouched.
 */
export class PacketGuard {
  readonly #clock: Clock;
  readonly #packets: Allowance;
  readonly #bytes: Allowance;
  #atMs: number;
  /** Bytes of the current packet's body that are still to come. */
  #body = 0;
  /** Place in the fixed header: 0 the type byte, then the length bytes. */
  #place = 0;
  #length = 0;

  constructor(clock: Clock, limits: FloodLimits = FLOOD_LIMITS) {
    this.#clock = clock;
    this.#packets = new Allowance(limits.packetsBurst, limits.packetsPerSecond);
    this.#bytes = new Allowance(limits.bytesBurst, limits.bytesPerSecond);
    this.#atMs = clock.monotonicMs();
  }

  /** Null to go on, else why the connection must end. */
  check(chunk: Uint8Array): 'packet-too-large' | 'flood' | null {
    let packets = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.#body > 0) {
        const skip = Math.min(this.#body, chunk.length - at);
        this.#body -= skip;
        at += skip;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at++;
      if (this.#readHeader(byte)) packets++;
      if (this.#body > FRAME_BYTES_MAX) return 'packet-too-large';
    }
    const nowMs = this.#clock.monotonicMs();
    const elapsedMs = nowMs - this.#atMs;
    this.#atMs = nowMs;
    const isWithin = this.#packets.spend(packets, elapsedMs);
    return this.#bytes.spend(chunk.length, elapsedMs) && isWithin ? null : 'flood';
  }

  /** True when this byte ends a fixed header. */
  #readHeader(byte: number): boolean {
    if (this.#place === 0) {
      this.#place = 1;
      this.#length = 0;
      return false;
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#place - 1);
    const isLast = (byte & 0x80) === 0 || this.#place === 4;
    this.#place = isLast ? 0 : this.#place + 1;
    if (isLast) this.#body = this.#length;
    return isLast;
  }
}

/** Puts a guard before whoever reads the socket with `read()`. */
export function guardSocket(
  socket: Socket,
  clock: Clock,
  onBreach: (why: 'packet-too-large' | 'flood') => void,
  limits?: FloodLimits,
): void {
  const guard = new PacketGuard(clock, limits);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const breach = guard.check(chunk);
    if (breach === null) return chunk;
    onBreach(breach);
    socket.destroy();
    return null;
  };
}
