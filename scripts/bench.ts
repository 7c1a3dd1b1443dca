import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Bench } from '../test/support/bench.ts';
import { buildDevice } from './bench/device.ts';
import type { Figure } from './bench/figure.ts';
import { measureFlash } from './bench/flash.ts';
import { measureSlope, measureWorld } from './bench/long-runs.ts';
import { measurePayments } from './bench/payments.ts';
import { measureReplies } from './bench/replies.ts';
import { asChart, asGrowthChart, asTable, asText, machineName } from './bench/report.ts';
import { measureSmallMachine } from './bench/small-machine.ts';
import { measureStart } from './bench/start.ts';
import { measureUpgrade } from './bench/upgrade-size.ts';
import { commandLine } from './command-line.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run bench -- [--quick] [--write] [--json]

Measures the terminal against its budgets, each figure beside a peer of the same run.
Takes a few minutes on an idle machine.

Options:
  --quick   fewer payments and orders: to see that it works, not to quote
  --write   puts the table and the charts into docs/benchmarks.md
  --json    one JSON line instead of the table
  --help    this text

Exit code 1 when a budget is missed, 2 for options that cannot be understood.
`;

/** Enough to reach the peak of a working day's memory. */
const SMALL_PAYMENTS = 50;

interface Sizes {
  readonly payments: number;
  readonly orders: readonly number[];
  readonly simulated: number;
  readonly soaked: number;
}
const FULL: Sizes = { payments: 1000, orders: [1, 100, 1000, 10_000, 100_000], simulated: 2000, soaked: 10_000 };
const QUICK: Sizes = { payments: 50, orders: [1, 1000], simulated: 200, soaked: 1000 };

/** Runs every measurement; `onStep` hears what is measured next. */
async function measureAll(sizes: Sizes, onStep: (what: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(join(PROJECT, '.till-bench-'));
  try {
    onStep('the device bundle');
    const device = buildDevice(folder);
    const bench = await Bench.start();
    await bench.terminal.stop();
    onStep('start to ready');
    const figures = await measureStart(bench, device);
    onStep(`${sizes.payments} payments`);
    figures.push(...(await measurePayments(bench, device, sizes.payments)));
    onStep('a terminal in 48 MiB');
    figures.push(await measureSmallMachine(bench, device, SMALL_PAYMENTS));
    await bench.close();
    onStep('the size of an upgrade');
    figures.push(measureUpgrade(folder));
    onStep(`the flash, up to ${sizes.orders.at(-1) ?? 0} orders`);
    figures.push(...(await measureFlash(sizes.orders, folder)));
    onStep('answers of the gateway');
    figures.push(...(await measureReplies([25, 50, 100, 200])));
    onStep(`${sizes.simulated} simulated payments`);
    figures.push(await measureWorld(sizes.simulated));
    onStep(`the heap over ${sizes.soaked} payments`);
    figures.push(await measureSlope(sizes.soaked));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const DOCUMENT = join(PROJECT, 'docs/benchmarks.md');
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

/** Puts the figures between the marks of the document, and the charts beside it. */
async function writeReport(figures: readonly Figure[], minutes: number): Promise<void> {
  const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`);
  const when = new Date().toISOString().slice(0, 10);
  const missed = figures.filter(({ met }) => met === false).length;
  const budgets = figures.filter(({ met }) => met !== null).length;
  const text = `Measured ${when} on ${machineName()}, in ${minutes.toFixed(0)} minutes. ${budgets - missed} of ${budgets} budgets met.

${asTable(figures)}

![The ratios as bars](pictures/benchmarks.svg)

![How figures grow](pictures/benchmarks-growth.svg)`;
  const whole = `${before}${BEGIN}\n\n${text}\n\n${END}${after}`;
  mkdirSync(join(PROJECT, 'docs/pictures'), { recursive: true });
  writeFileSync(join(PROJECT, 'docs/pictures/benchmarks.svg'), asChart(figures));
  writeFileSync(join(PROJECT, 'docs/pictures/benchmarks-growth.svg'), asGrowthChart(figures));
  writeFileSync(DOCUMENT, await format(whole, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' }));
}

const options = {
  quick: { type: 'boolean' },
  write: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const { values } = commandLine(USAGE, { options });
const startedAt = performance.now();
const figures = await measureAll(values.quick === true ? QUICK : FULL, (what) => console.error(`bench: ${what} …`));
console.log(values.json === true ? JSON.stringify({ machine: machineName(), figures }) : asText(figures));
if (values.write === true) await writeReport(figures, (performance.now() - startedAt) / 60_000);
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
