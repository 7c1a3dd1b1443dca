import type { AnyStateMachine } from 'xstate';

type Provide<Chart extends AnyStateMachine> = Chart['provide'];

/**
 * The chart with its ports fulfilled, as `chart.provide` gives it, but over the same state nodes. `provide` formats every state and
 * transition of the chart anew, though they name their ports and hold none of them; twenty charts twice are time at the start and memory
 * for as long as the terminal runs, and what XState has learnt of a chart's transitions would be learnt again.
 */
export function withPorts<Chart extends AnyStateMachine>(
  chart: Chart,
  ports: Parameters<Provide<Chart>>[0],
): ReturnType<Provide<Chart>> {
  const { actors, actions, guards, delays } = chart.implementations;
  const fulfilled = Object.assign(Object.create(Object.getPrototypeOf(chart) as object), chart) as Chart;
  fulfilled.implementations = {
    actors: { ...actors, ...ports.actors },
    actions: { ...actions, ...ports.actions },
    guards: { ...guards, ...ports.guards },
    delays: Object.assign({}, delays, ports.delays),
  };
  // The methods that XState hands around are bound to the chart they were made for.
  for (const [name, method] of Object.entries(chart)) {
    if (typeof method === 'function') Reflect.set(fulfilled, name, prototypeMethod(chart, name).bind(fulfilled));
  }
  return fulfilled as ReturnType<Provide<Chart>>;
}

function prototypeMethod(chart: AnyStateMachine, name: string): (...given: never) => unknown {
  const method: unknown = Reflect.get(Object.getPrototypeOf(chart) as object, name);
  if (typeof method !== 'function') throw new TypeError(`XState's charts have no method ${name} any more`);
  return method as (...given: never) => unknown;
}
