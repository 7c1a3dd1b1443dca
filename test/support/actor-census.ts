import { Actor, type AnyActorRef } from 'xstate';
import { pathOf } from './charts.ts';

interface ChartSnapshot {
  readonly status: string;
  readonly value?: unknown;
  readonly machine?: { readonly id: string };
  readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
}

/** A living statechart below the root. */
export interface Citizen {
  readonly id: string;
  readonly machine: string;
  readonly state: string;
  /** Ends the actor as an action that throws would. */
  crash(error: Error): void;
}

/** The part of an actor that computes its next state: where an action or guard of its chart throws. */
interface Stepping {
  logic: { transition(...parameters: unknown[]): unknown };
}

/** Watches which actors start while it works, so that a test can end one of them without a switch in the product. */
export class ActorCensus {
  #root: AnyActorRef | null = null;

  /** The first actor that starts while `start` runs is the root. */
  async watch(start: () => Promise<void>): Promise<void> {
    const prototype = Actor.prototype as { start: () => AnyActorRef };
    const original = prototype.start;
    const remember = (actor: AnyActorRef): void => void (this.#root ??= actor);
    this.#root = null;
    prototype.start = function (this: AnyActorRef) {
      remember(this);
      return original.call(this);
    };
    try {
      await start();
    } finally {
      prototype.start = original;
    }
  }

  /** The root supervisor. */
  get root(): AnyActorRef {
    if (this.#root === null) throw new Error('no actor has started');
    return this.#root;
  }

  /** Every live chart that the root supervises itself. */
  citizens(): Citizen[] {
    const { children = {} } = this.root.getSnapshot() as ChartSnapshot;
    return Object.entries(children).flatMap(([id, child]) => {
      if (child === undefined) return [];
      const snapshot = child.getSnapshot() as ChartSnapshot;
      if (snapshot.machine === undefined || snapshot.status !== 'active') return [];
      return [
        { id, machine: snapshot.machine.id, state: pathOf(snapshot.value), crash: (error) => crash(child, error) },
      ];
    });
  }
}

/** The next event meets an action that throws. */
function crash(actor: AnyActorRef, error: Error): void {
  const stepping = actor as unknown as Stepping;
  const throwing = (): never => {
    throw error;
  };
  stepping.logic = Object.create(stepping.logic, { transition: { value: throwing } }) as Stepping['logic'];
  actor.send({ type: 'crash.planted' });
}
