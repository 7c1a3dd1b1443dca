import { Actor, type AnyActorRef } from 'xstate';

/** What the census needs of a chart's state node. */
interface StateNode {
  readonly type: string;
  readonly path: readonly string[];
  readonly states: Readonly<Record<string, StateNode>>;
  readonly always?: readonly { readonly guard?: unknown }[] | undefined;
}

interface Chart {
  readonly id: string;
  readonly root: StateNode;
  readonly implementations: { readonly actors: Readonly<Record<string, unknown>> };
}

interface ChartSnapshot {
  readonly status: string;
  readonly machine?: Chart;
  readonly _nodes?: readonly StateNode[];
}

/** `payment inWindow.querying`: a chart and one of the states that it can stand in. */
export type Place = string;

const isChart = (logic: unknown): logic is Chart => typeof logic === 'object' && logic !== null && 'root' in logic;
const isLeaf = (node: StateNode): boolean => Object.keys(node.states).length === 0;
const placeOf = (chart: Chart, node: StateNode): Place => `${chart.id} ${node.path.join('.')}`;

/** Every place of the chart and of all that it can invoke or spawn: no chart that the product can start is missing. */
export function placesBelow(logic: unknown, seen = new Set<string>()): Place[] {
  if (!isChart(logic) || seen.has(logic.id)) return [];
  seen.add(logic.id);
  const own = leavesOf(logic.root).filter(canBeStoodIn);
  const below = Object.values(logic.implementations.actors).flatMap((actor) => placesBelow(actor, seen));
  return [...own.map((node) => placeOf(logic, node)), ...below];
}

function leavesOf(node: StateNode): StateNode[] {
  return isLeaf(node) ? [node] : Object.values(node.states).flatMap(leavesOf);
}

/** A final state ends its chart, and one that is always left at once is no place to stand. */
function canBeStoodIn({ type, always = [] }: StateNode): boolean {
  return type !== 'final' && !always.some(({ guard }) => guard === undefined);
}

/** Where a living chart stands: several places where it is parallel, none for a promise or a chart that has ended. */
export function placesOf(actor: AnyActorRef): Place[] {
  const { status, machine, _nodes = [] } = actor.getSnapshot() as ChartSnapshot;
  if (machine === undefined || status !== 'active') return [];
  return _nodes.filter(isLeaf).map((node) => placeOf(machine, node));
}

/** The part of an actor that computes its next state: where an action or guard of its chart throws. */
interface Stepping {
  logic: { transition(...parameters: unknown[]): unknown };
}

/** Ends the actor as an action that throws would: the next event meets one. */
export function crash(actor: AnyActorRef, error: Error): void {
  const stepping = actor as unknown as Stepping;
  const throwing = (): never => {
    throw error;
  };
  stepping.logic = Object.create(stepping.logic, { transition: { value: throwing } }) as Stepping['logic'];
  actor.send({ type: 'crash.planted' });
}

type Hooked = { update: (snapshot: unknown, event: unknown) => void };

/**
 * Tells of every chart that comes to stand somewhere, before anything else can happen to it, without a switch in the product; gives what
 * ends the watch.
 */
export function watchCharts(stands: (actor: AnyActorRef) => void): () => void {
  const prototype = Actor.prototype as unknown as Hooked;
  const { update } = prototype;
  prototype.update = function (this: AnyActorRef, snapshot, event) {
    update.call(this, snapshot, event);
    stands(this);
  };
  return () => void (prototype.update = update);
}
