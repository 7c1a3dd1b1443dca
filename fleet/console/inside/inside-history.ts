import type { TerminalSnapshot, TransitionRecord } from '../../contract/snapshot.ts';

/** What is known of an actor at a step. */
export interface ActorAt {
  readonly id: string;
  readonly machine: string;
  /** State value; null: it ended with this very step; undefined: it was there, but what state it had is not kept. */
  readonly state: unknown;
  readonly context: unknown;
}

/** Followed transitions that are kept; a busy terminal must not fill the browser. */
const FOLLOWED_MAX = 4000;
const ROOT = 'terminal';

/** The root has no id of its own in transitions, and this one in snapshots. */
const actorOf = ({ a, m }: TransitionRecord): string => (m === ROOT ? ROOT : a);

/**
 * A snapshot and the transitions that led to it and that followed it: what every actor's state was after each of them. Honest about
 * what is not kept: an actor whose earlier transitions are gone has no state before the first that is there.
 */
export class InsideHistory {
  readonly snapshot: TerminalSnapshot;
  readonly steps: readonly TransitionRecord[];
  /** How many of the steps the snapshot itself carries. */
  readonly #carried: number;
  readonly #byActor = new Map<string, number[]>();

  constructor(snapshot: TerminalSnapshot, followed: readonly TransitionRecord[] = []) {
    const last = snapshot.transitions.at(-1)?.n ?? 0;
    const later = new Map(followed.filter(({ n }) => n > last).map((step) => [step.n, step]));
    const ordered = [...later.values()].toSorted((a, b) => a.n - b.n).slice(-FOLLOWED_MAX);
    this.snapshot = snapshot;
    this.steps = [...snapshot.transitions, ...ordered];
    this.#carried = snapshot.transitions.length;
    for (const [index, step] of this.steps.entries()) {
      const own = this.#byActor.get(actorOf(step)) ?? [];
      this.#byActor.set(actorOf(step), own);
      own.push(index);
    }
  }

  /** Number of the last step; -1 when none is kept. */
  get end(): number {
    return this.steps.length - 1;
  }

  /** The actor that a step is about. */
  actorOfStep(index: number): string | null {
    const step = this.steps[index];
    return step === undefined ? null : actorOf(step);
  }

  /** Every actor that lives after a step, the root first, then by name. */
  at(index: number): ActorAt[] {
    const ids = new Set([...Object.keys(this.snapshot.actors), ...this.#byActor.keys()]);
    const found = [...ids].flatMap((id) => this.actor(id, index) ?? []);
    return found.toSorted((a, b) => Number(b.id === ROOT) - Number(a.id === ROOT) || (a.id < b.id ? -1 : 1));
  }

  /** One actor after a step; null when it does not live then. */
  actor(id: string, index: number): ActorAt | null {
    const own = this.#byActor.get(id) ?? [];
    const before = own.findLast((at) => at <= index);
    const inSnapshot = this.snapshot.actors[id];
    const isAsInSnapshot = (before ?? -1) < this.#carried && !own.some((at) => at > index && at < this.#carried);
    // Since its last transition of then nothing has moved it until the snapshot was taken.
    const isUnmoved = inSnapshot !== undefined && (index >= this.#carried - 1 || isAsInSnapshot);
    if (isUnmoved && isAsInSnapshot) return { id, ...pick(inSnapshot) };
    const step = before === undefined ? undefined : this.steps[before];
    if (step !== undefined) {
      if (step.st === null && before !== index) return null;
      return { id, machine: step.m, state: step.st, context: this.#contextOf(own, index) };
    }
    const first = this.steps[own.find((at) => at > index) ?? -1];
    if (first === undefined || first.ev === 'xstate.init') return null;
    return { id, machine: first.m, state: undefined, context: undefined };
  }

  /** The context that was told last, if it was told. */
  #contextOf(own: readonly number[], index: number): unknown {
    const told = own.findLast((at) => at <= index && this.steps[at]?.cx !== undefined);
    if (told !== undefined) return this.steps[told]?.cx;
    const id = this.actorOfStep(own[0] ?? -1);
    const isToldLater = own.some((at) => at > index && at < this.#carried && this.steps[at]?.cx !== undefined);
    return id === null || isToldLater ? undefined : this.snapshot.actors[id]?.context;
  }
}

function pick({ machine, state, context }: { machine: string; state: unknown; context: unknown }) {
  return { machine, state, context };
}
