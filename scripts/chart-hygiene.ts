import { StateMachine, type AnyActorLogic, type AnyStateMachine } from 'xstate';

type Config = Readonly<Record<string, unknown>>;
type Kind = 'actors' | 'guards' | 'actions' | 'delays';
type Report = (where: string, problem: string) => void;

const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const entriesOf = (value: unknown): [string, unknown][] => (isConfig(value) ? Object.entries(value) : []);

/** Whether this logic settles like a promise; only those end in exactly one of done and error. */
function isPromiseLogic(logic: AnyActorLogic): boolean {
  if (logic instanceof StateMachine) return false;
  try {
    const active = { status: 'active', output: undefined, error: undefined, input: undefined };
    const settled = logic.transition(active, { type: 'xstate.promise.resolve', data: 0 }, {} as never) as {
      status: string;
    };
    return settled.status === 'done';
  } catch {
    return false;
  }
}

/** Walks one machine's chart as it is written down and reports each name that has nothing behind it. */
class ChartWalk {
  readonly #machine: AnyStateMachine;
  readonly #report: Report;
  readonly #exceptions: ReadonlySet<string>;

  constructor(machine: AnyStateMachine, exceptions: ReadonlySet<string>, report: Report) {
    this.#machine = machine;
    this.#exceptions = exceptions;
    this.#report = report;
  }

  state(where: string, state: Config): void {
    const children = entriesOf(state['states']);
    this.#initial(where, state, children);
    for (const key of ['entry', 'exit']) this.#actions(`${where} ${key}`, state[key]);
    for (const [event, transition] of entriesOf(state['on'])) this.#transitions(`${where} on ${event}`, transition);
    for (const [delay, transition] of entriesOf(state['after'])) {
      if (!/^\d+$/.test(delay)) this.#named('delays', `${where} after`, delay);
      this.#transitions(`${where} after ${delay}`, transition);
    }
    this.#transitions(`${where} always`, state['always']);
    this.#transitions(`${where} onDone`, state['onDone']);
    for (const invoke of listOf(state['invoke'])) if (isConfig(invoke)) this.#invoke(where, invoke);
    for (const [name, child] of children) if (isConfig(child)) this.state(`${where}.${name}`, child);
  }

  #initial(where: string, state: Config, children: [string, unknown][]): void {
    if (children.length === 0 || state['type'] === 'parallel') return;
    const initial = isConfig(state['initial']) ? state['initial']['target'] : state['initial'];
    if (typeof initial !== 'string' || !children.some(([name]) => name === initial)) {
      this.#report(where, `initial state ${JSON.stringify(initial)} does not exist`);
    }
  }

  #named(kind: Kind, where: string, name: string): void {
    const implementations: Config = this.#machine.implementations[kind];
    if (!Object.hasOwn(implementations, name)) this.#report(where, `${kind.slice(0, -1)} "${name}" is not defined`);
  }

  #transitions(where: string, transitions: unknown): void {
    for (const transition of listOf(transitions)) {
      if (!isConfig(transition)) continue;
      if (transition['guard'] !== undefined) this.#guard(where, transition['guard']);
      this.#actions(where, transition['actions']);
    }
  }

  #guard(where: string, guard: unknown): void {
    if (typeof guard === 'string') return this.#named('guards', where, guard);
    if (isConfig(guard)) return this.#named('guards', where, String(guard['type']));
    if (typeof guard !== 'function') return this.#report(where, 'a guard is neither a name nor a combination');
    // and(), or(), not() and stateIn() are functions that carry `check`; anything else was written inline.
    if (!('check' in guard)) return this.#report(where, 'inline guard: name it in setup({ guards })');
    if ('guards' in guard) for (const part of listOf(guard.guards)) this.#guard(where, part);
  }

  #actions(where: string, actions: unknown): void {
    for (const action of listOf(actions)) {
      if (typeof action === 'string') this.#named('actions', where, action);
      else if (isConfig(action)) this.#named('actions', where, String(action['type']));
      else this.#builtIn(where, action);
    }
  }

  #builtIn(where: string, action: unknown): void {
    const type = typeof action === 'function' && 'type' in action ? String(action.type) : 'function';
    if (['function', 'xstate.assign', 'xstate.enqueueActions', 'xstate.log'].includes(type)) {
      this.#report(where, `inline ${type.replace('xstate.', '')}: name it in setup({ actions })`);
    }
    if (typeof action === 'function' && 'delay' in action && typeof action.delay === 'string') {
      this.#named('delays', where, action.delay);
    }
  }

  #invoke(where: string, invoke: Config): void {
    const { src } = invoke;
    for (const key of ['onDone', 'onError', 'onSnapshot']) this.#transitions(`${where} ${key}`, invoke[key]);
    if (typeof src !== 'string')
      return this.#report(where, 'invokes an actor without a name: put it into setup({ actors })');
    this.#named('actors', where, src);
    const logic = (this.#machine.implementations.actors as Record<string, unknown>)[src];
    if (logic === undefined || this.#exceptions.has(src) || !isPromiseLogic(logic as AnyActorLogic)) return;
    for (const exit of ['onDone', 'onError']) {
      if (invoke[exit] === undefined) this.#report(where, `invokes "${src}" without ${exit}`);
    }
  }
}

/**
 * What is wrong with a chart, one line a finding. XState skips a missing action, fires a misspelt delay at once and
 * lets a missing `initial` through until the start; none of that may wait for a terminal to find it.
 * `exceptions` are invoked ports that may lack one of their two exits, with the reason as value.
 */
export function chartProblems(machine: AnyStateMachine, exceptions: Readonly<Record<string, string>> = {}): string[] {
  const problems: string[] = [];
  const report: Report = (where, problem) => problems.push(`${where}: ${problem}`);
  new ChartWalk(machine, new Set(Object.keys(exceptions)), report).state(machine.id, machine.config as Config);
  return problems;
}
