import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { ELK } from 'elkjs/lib/elk-api.js';
import { StateMachine, type AnyStateMachine } from 'xstate';
import * as machines from '../../../machines/index.ts';
import { chartDefinition } from './chart-definition.ts';
import { layOutChart } from './chart-layout.ts';
import type { ChartPicture } from './chart-picture.ts';

/** What the worker tells: a chart, or that there are no more. */
export type ChartWord = { readonly machine: string; readonly picture: ChartPicture } | { readonly machine: null };

/** What support looks at first comes first. */
const FIRST: readonly string[] = ['terminal', 'payment', 'cashier'];

const isMachine = (value: unknown): value is AnyStateMachine => value instanceof StateMachine;
const rank = ({ id }: AnyStateMachine): number => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length);

async function layOutAll(say: (word: ChartWord) => void): Promise<void> {
  // Its own types call the CommonJS module an ES one.
  const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK;
  const elk = new Elk();
  const all = Object.values(machines).filter(isMachine);
  for (const machine of all.toSorted((a, b) => rank(a) - rank(b))) {
    const picture = await layOutChart(chartDefinition(machine), (graph) => elk.layout(graph));
    say({ machine: machine.id, picture });
  }
  say({ machine: null });
}

await layOutAll((word) => parentPort?.postMessage(word));
