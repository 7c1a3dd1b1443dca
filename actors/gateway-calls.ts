import type { CallTrace, Domain, GatewayCall, NotSent, Unknown } from '../domain/payment-gateway.ts';
import { CallMemory } from './call-memory.ts';
import type { Log } from './log.ts';

/** Who chooses the domain, and who hears how it did. */
export interface GatewayCallsOptions {
  /** The domain for the next attempt, leaving out those that this attempt has tried. */
  readonly chooseDomain: (tried: readonly Domain[]) => Domain;
  readonly reportHealth: (
    event:
      | { type: 'domain.answered'; domain: Domain; latencyMs: number }
      | { type: 'domain.failed'; domain: Domain; reason: string },
  ) => void;
  readonly log: Log;
  /** Epoch ms. */
  readonly nowMs: () => number;
}

/** One attempt on the domain of choice, with what it says of that domain's health passed on. */
export class GatewayCalls {
  /** The last calls, for support. */
  readonly memory = new CallMemory();
  readonly #options: GatewayCallsOptions;
  readonly #listeners: ((trace: CallTrace) => void)[] = [];

  constructor(options: GatewayCallsOptions) {
    this.#options = options;
  }

  /** The domain that the next attempt would take. */
  choose(tried: readonly Domain[] = []): Domain {
    return this.#options.chooseDomain(tried);
  }

  /** Registers who is told of every finished attempt; must not throw. */
  onFinished(listener: (trace: CallTrace) => void): void {
    this.#listeners.push(listener);
  }

  async attempt<Answer extends { readonly kind: string; readonly trace: CallTrace }>(
    operation: (call: GatewayCall) => Promise<Answer | Unknown | NotSent>,
    options: {
      readonly signal: AbortSignal;
      readonly tried?: readonly Domain[];
      readonly domain?: Domain;
      /** The number of the order or the refund that the call is about. */
      readonly about?: string;
    },
  ): Promise<Answer | Unknown | NotSent> {
    const domain = options.domain ?? this.choose(options.tried);
    const answer = await operation({ domain, signal: options.signal });
    const { about = null } = options;
    this.memory.add({ trace: answer.trace, kind: answer.kind, about, atMs: this.#options.nowMs() });
    for (const listener of this.#listeners) listener(answer.trace);
    // An attempt that we gave up ourselves says nothing about the domain.
    if (!options.signal.aborted) this.#judge(domain, answer);
    return answer;
  }

  #judge(domain: Domain, answer: { readonly kind: string; readonly trace: CallTrace }): void {
    const { trace } = answer;
    const { operation, status, internalStatus, logId, connectMs, requestMs } = trace;
    const reason = 'reason' in answer && typeof answer.reason === 'string' ? answer.reason : '';
    const said = { operation, domain, kind: answer.kind, status, internalStatus, logId, connectMs, requestMs, reason };
    this.#options.log.info(said, 'gateway call');
    // No status was read: nothing usable came back, whatever it was that failed.
    if (answer.kind === 'not-sent' || (answer.kind === 'unknown' && status === null)) {
      this.#options.reportHealth({ type: 'domain.failed', domain, reason });
    } else {
      this.#options.reportHealth({ type: 'domain.answered', domain, latencyMs: connectMs + requestMs });
    }
  }
}
