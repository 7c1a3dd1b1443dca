import type { Transport, TransportAnswer, TransportRequest } from '../../cloudpay/transport.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { SandboxAnswer } from '../gateway/answer.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import { sealAnswer } from '../gateway/wire.ts';
import type { FaultRates } from './fault-rates.ts';
import { Forger } from './forger.ts';
import type { Power } from './power.ts';
import type { Sometimes } from './sometimes.ts';
import type { Truth } from './truth.ts';

const CONNECT_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 10_000;
const BAD_AIR_LOSES = 0.7;
const LATE_MIN_MS = 3000;

interface NetworkParts {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly sandbox: Sandbox;
  readonly domains: readonly string[];
  readonly rates: () => FaultRates;
  readonly sometimes: Sometimes;
  readonly truth: Truth;
}

type Finish = (answer: TransportAnswer) => void;

/**
 * The way between terminal and gateway: loses, delays, doubles and damages, and never lies about `not-sent`.
 * A request that left reaches the gateway even when the power of its sender goes meanwhile.
 */
export class Network {
  readonly #parts: NetworkParts;
  readonly #forger: Forger;
  wifiIsThere = true;
  airIsBad = false;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.#forger = new Forger(parts.random);
  }

  /** The transport of one process life. */
  transport(power: Power): Transport {
    return {
      request: (request) => this.#request(request, power),
      warmUp: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  #request(request: TransportRequest, power: Power): Promise<TransportAnswer> {
    const { clock, domains, sandbox, truth } = this.#parts;
    return new Promise((resolve) => {
      if (power.isGoneAt('power cut before a send')) return;
      let open = true;
      let limit: unknown = null;
      const finish: Finish = (answer) => {
        if (!open || !power.isOn) return;
        open = false;
        clock.clearTimeout(limit);
        truth.answered(request, answer);
        resolve(answer);
      };
      const host = domains.indexOf(request.domain);
      const condition = sandbox.hostCondition(host);
      if (!this.wifiIsThere || condition !== 'up') {
        const connectMs = condition === 'refuse' ? 40 : CONNECT_TIMEOUT_MS;
        clock.setTimeout(() => finish({ kind: 'not-sent', reason: `connect: ${condition}`, connectMs }), connectMs);
        return;
      }
      truth.sent(request);
      if (host > 0 && request.path === '/cpay/micro_pay') this.#parts.sometimes.count('paid on another domain');
      const lost = (reason: string): void => finish({ kind: 'lost', reason, connectMs: 30, requestMs: 0 });
      limit = clock.setTimeout(() => lost('no complete answer in time'), REQUEST_TIMEOUT_MS);
      request.signal.addEventListener('abort', () => lost('cancelled'), { once: true });
      this.#carry(request, host, finish);
      power.isGoneAt('power cut after a send');
    });
  }

  #carry(request: TransportRequest, host: number, finish: Finish): void {
    const { clock } = this.#parts;
    if (this.#happens('requestLost', 'request lost') || this.#isLostInBadAir()) return;
    const answered = this.#happens('answerLost', 'answer lost') ? () => undefined : finish;
    clock.setTimeout(() => this.#deliver(request, host, answered), this.#wayMs());
    if (this.#happens('duplicated', 'request doubled')) {
      clock.setTimeout(() => this.#deliver(request, host, () => undefined), this.#wayMs() + this.#upTo(5000));
    }
  }

  #isLostInBadAir(): boolean {
    return this.airIsBad && this.#parts.random.fraction() < BAD_AIR_LOSES;
  }

  #deliver(request: TransportRequest, host: number, finish: Finish): void {
    const { clock, sandbox } = this.#parts;
    const unsure = this.#happens('unsure', 'status 3 or 103');
    const hasEffect = !unsure || this.#parts.random.fraction() < 0.5;
    const [path = '', query = ''] = request.path.split('?');
    const answer = hasEffect
      ? sandbox.handle({ host, method: request.method, path, query, body: request.body ?? '' })
      : null;
    if (answer === null || unsure) return void clock.setTimeout(() => finish(this.#unsureAnswer()), this.#wayMs());
    if (answer.cut !== null || answer.silence || answer.truncateAt !== null) return;
    const wayMs = answer.delayMs + this.#wayMs();
    clock.setTimeout(() => {
      // An answer that comes while the WiFi is away is lost; the request's own time limit ends it.
      if (this.wifiIsThere) finish(this.#arrived(answer, wayMs, path));
    }, wayMs);
  }

  #arrived(answer: SandboxAnswer, requestMs: number, path: string): TransportAnswer {
    const forged = this.#happens('forged', 'answer forged');
    const text = forged ? this.#forger.inPlaceOf(answer.body, path) : answer.body;
    this.#forger.overhears(answer.body, path);
    const body = Buffer.from(text, 'utf8');
    if (body.length > 0 && this.#happens('wrongBytes', 'bytes flipped')) {
      const at = this.#upTo(body.length);
      body[at] = (body[at] ?? 0) ^ (1 << this.#upTo(8));
    }
    return { kind: 'answer', httpStatus: answer.httpStatus, body, connectMs: 30, requestMs };
  }

  #unsureAnswer(): TransportAnswer {
    const status = this.#parts.random.fraction() < 0.5 ? 3 : 103;
    const body = Buffer.from(
      sealAnswer(JSON.stringify({ status, description: '', log_id: 1, internal_status: 1 }), null),
    );
    return { kind: 'answer', httpStatus: 200, body, connectMs: 30, requestMs: 50 };
  }

  #wayMs(): number {
    const late = this.#happens('delayed', 'request or answer late');
    return 20 + this.#upTo(80) + (late ? LATE_MIN_MS + this.#upTo(this.#parts.rates().delayMaxMs - LATE_MIN_MS) : 0);
  }

  #happens(
    fault: 'requestLost' | 'answerLost' | 'delayed' | 'duplicated' | 'wrongBytes' | 'forged' | 'unsure',
    name: Parameters<Sometimes['count']>[0],
  ): boolean {
    const { random, rates, sometimes } = this.#parts;
    const chance = rates()[fault];
    if (chance === 0 || random.fraction() >= chance) return false;
    sometimes.count(name);
    return true;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#parts.random.fraction() * limit);
  }
}
