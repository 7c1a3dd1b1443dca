import { createActor, createEmptyActor, fromPromise, setup, type AnyActorRef, type AnyStateMachine } from 'xstate';
import type { VirtualClock } from '../../hal/clock/virtual-clock.ts';

/** An event as the table tests write it. */
export interface TableEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A row of a chart's table: in this state, this event leads there. The same state twice: the event is ignored. */
export type Row = readonly [state: string, event: TableEvent, target: string];

/** `a.b.c` as XState's nested value. */
function valueOf(path: string): string | Record<string, unknown> {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? first : { [first]: valueOf(rest.join('.')) };
}

/** XState's nested value as `a.b.c`. */
export function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as Record<string, unknown>)
    .map(([state, inner]) => `${state}.${pathOf(inner)}`)
    .join('|');
}

/** Where the event leads from that state: the chart's own pure transition, no effect runs. */
export function next(
  machine: AnyStateMachine,
  state: string,
  context: unknown,
  event: TableEvent,
): { readonly state: string; readonly context: unknown } {
  const before = machine.resolveState({ value: valueOf(state) as never, context: context });
  // XState's own pure step knows no parent, and a chart that reports to one refuses to run there.
  const self = createActor(machine, { parent: createEmptyActor(), snapshot: before });
  const idle = (): void => undefined;
  const scope = { self, id: '', sessionId: '', system: self.system, logger: idle, defer: idle, stopChild: idle };
  const inert = { ...scope, emit: idle, actionExecutor: idle };
  const after = machine.transition(before, event, inert as never) as { value: unknown; context: unknown };
  return { state: pathOf(after.value), context: after.context };
}

/** The end of an invoked port of the state, which is named with the chart's id: `payment.inWindow.querying`. */
export const done = (state: string, output: unknown): TableEvent => ({ type: `xstate.done.actor.0.${state}`, output });
export const crashed = (state: string, error: unknown = new Error('planted')): TableEvent => ({
  type: `xstate.error.actor.0.${state}`,
  error,
});
/** A time limit of the state that ran out. */
export const timeOut = (delay: string, state: string): TableEvent => ({ type: `xstate.after.${delay}.${state}` });

/** Lets every promise that is ready run; a chart whose ports answer at once needs far fewer turns. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

/** Lets virtual time pass, promises in between included. */
export async function pass(clock: VirtualClock, ms: number): Promise<void> {
  const until = clock.monotonicMs() + ms;
  await settled();
  for (let due = clock.nextDueMs; due !== null && due <= until; due = clock.nextDueMs) {
    clock.runNext();
    await settled();
  }
  clock.runUntil(until);
}

/** What fulfils a chart's port: gives the answer, or throws the port's error. */
export type PortAnswer = (input: never, signal: AbortSignal) => unknown;

function fulfilled(machine: AnyStateMachine, ports: Readonly<Record<string, PortAnswer>>): AnyStateMachine {
  const actors = Object.entries(ports).map(([name, answer]) => {
    return [name, fromPromise(async ({ input, signal }) => answer(input as never, signal))] as const;
  });
  return machine.provide({ actors: Object.fromEntries(actors) as never });
}

/** A chart at work, with its parent's ears. */
export interface RunningChart {
  /** What the chart told its parent, oldest first. */
  readonly heard: TableEvent[];
  state(): string;
  context(): Readonly<Record<string, unknown>>;
  send(event: TableEvent): void;
  stop(): void;
}

/** Starts the chart as the child of a listening parent, its ports fulfilled and its time the given clock. */
export function startChart(
  machine: AnyStateMachine,
  options: {
    readonly clock: VirtualClock;
    readonly input?: unknown;
    readonly ports?: Readonly<Record<string, PortAnswer>>;
  },
): RunningChart {
  const heard: TableEvent[] = [];
  const parent = setup({
    actors: { chart: fulfilled(machine, options.ports ?? {}) as never },
    actions: { hear: ({ event }: { event: unknown }) => void heard.push(event as TableEvent) },
  }).createMachine({
    invoke: { src: 'chart' as never, id: 'chart', input: (options.input ?? {}) as never },
    on: { '*': { actions: 'hear' } },
  });
  const actor = createActor(parent, { clock: options.clock });
  actor.subscribe({ error: (error) => heard.push({ type: 'crash', error }) });
  actor.start();
  const chart = (): AnyActorRef => {
    const child = actor.getSnapshot().children['chart'];
    if (child === undefined) throw new Error('the chart has ended and is gone');
    return child;
  };
  const child = chart();
  const snapshot = () => child.getSnapshot() as { value: unknown; context: Record<string, unknown> };
  return {
    heard,
    state: () => pathOf(snapshot().value),
    context: () => snapshot().context,
    send: (event) => child.send(event),
    stop: () => actor.stop(),
  };
}
