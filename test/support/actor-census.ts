import { Actor, type AnyActorRef } from 'xstate';
import { crash } from './chart-places.ts';
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

  /** Every live chart below the root: its own children first, then theirs. */
  citizens(): Citizen[] {
    return citizensBelow(this.root);
  }
}

function citizensBelow(actor: AnyActorRef): Citizen[] {
  const { children = {} } = actor.getSnapshot() as ChartSnapshot;
  const found = Object.entries(children).flatMap(([id, child]) => {
    if (child === undefined) return [];
    const { machine, status, value } = child.getSnapshot() as ChartSnapshot;
    if (machine === undefined || status !== 'active') return [];
    const citizen: Citizen = {
      ...{ id, machine: machine.id, state: pathOf(value) },
      crash: (error) => crash(child, error),
    };
    return [{ citizen, child }];
  });
  return [...found.map(({ citizen }) => citizen), ...found.flatMap(({ child }) => citizensBelow(child))];
}
