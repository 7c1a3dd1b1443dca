import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { TransitionRecord } from '../fleet/contract/snapshot.ts';
import type { Clock } from '../hal/clock/contract.ts';
import { maskedForSupport } from './support-mask.ts';

/** Transitions that are kept, and with them the contexts they lead to. */
const KEPT = 256;
const EVENT_CHARACTERS_MAX = 96;

interface Chart {
  readonly value: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly machine: { readonly id: string };
}

interface Kept {
  readonly n: number;
  readonly t: number;
  readonly actor: string;
  readonly machine: string;
  readonly event: string;
  /** Null: the actor has ended. */
  readonly state: unknown;
  /** Undefined: as before. */
  readonly context: unknown;
}

/**
 * The last transitions of every chart, for support. Values are kept as they are and masked only when somebody asks, so that it costs a
 * payment next to nothing.
 */
export class TransitionLog {
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #kept: Kept[] = [];
  readonly #last = new WeakMap<AnyActorRef, Chart>();
  readonly #listeners = new Set<(transition: TransitionRecord) => void>();
  #count = 0;

  constructor(clock: Pick<Clock, 'wallMs'>) {
    this.#clock = clock;
  }

  /** For `createActor(root, { inspect })`. Never throws. */
  inspect(inspected: InspectionEvent): void {
    if (inspected.type !== '@xstate.snapshot') return;
    const { actorRef, event } = inspected;
    const chart = inspected.snapshot as Partial<Chart>;
    if (chart.machine === undefined || chart.status === undefined) return;
    this.#see(actorRef as AnyActorRef, chart as Chart, event.type);
  }

  /** The last ones, oldest first, masked. */
  recent(count: number = KEPT): TransitionRecord[] {
    return this.#kept.slice(-count).map(recordOf);
  }

  /** Every transition from now on, masked, until the returned function is called. A listener must not throw. */
  follow(listener: (transition: TransitionRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #see(actor: AnyActorRef, chart: Chart, event: string): void {
    const before = this.#last.get(actor);
    const ended = chart.status !== 'active';
    // An event that moved nothing is no transition.
    if (before !== undefined && !ended && before.value === chart.value && before.context === chart.context) return;
    this.#last.set(actor, chart);
    this.#count += 1;
    const kept: Kept = {
      n: this.#count,
      t: Math.max(0, this.#clock.wallMs()),
      actor: actor.id,
      machine: chart.machine.id,
      event,
      state: ended ? null : chart.value,
      context: before?.context === chart.context ? undefined : chart.context,
    };
    this.#kept.push(kept);
    if (this.#kept.length > KEPT) this.#kept.shift();
    if (this.#listeners.size === 0) return;
    const record = recordOf(kept);
    for (const listener of this.#listeners) listener(record);
  }
}

function recordOf({ n, t, actor, machine, event, state, context }: Kept): TransitionRecord {
  return {
    n,
    t,
    a: actor.slice(0, 64),
    m: machine.slice(0, 64),
    ev: event.slice(0, EVENT_CHARACTERS_MAX),
    st: state,
    ...(context !== undefined && { cx: maskedForSupport(context) }),
  };
}
