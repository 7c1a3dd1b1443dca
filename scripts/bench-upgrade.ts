import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReleaseShelf } from '../test/support/upgrade-bench.ts';
import { type Figure, megabytes, milliseconds } from './bench/figure.ts';
import { asText, machineName } from './bench/report.ts';
import { runUpgrade, type UpgradeRun, type UpgradeWay } from './bench/upgrade-run.ts';
import { commandLine } from './command-line.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('../deploy/till-terminal', import.meta.url));
/** Over the idle terminal: a box that sells has this much to spare. */
const PEAK_BUDGET = 1.5;
const USAGE = `Usage: npm run bench:upgrade

What an upgrade costs a terminal on the device bundle, behind the launcher and from a server on this machine: bytes,
time and the most memory that its process held, for a change of code alone by patch, and without one.

Options:
  --help  this text

Exit code 1 when a budget is missed, 2 for options that cannot be understood.
`;

function figuresOf(way: UpgradeWay, run: UpgradeRun): Figure[] {
  const row = (what: string, more: Omit<Figure, 'what' | 'budget' | 'met'> & Partial<Figure>): Figure => ({
    what: `${way}: ${what}`,
    budget: '',
    met: null,
    ...more,
  });
  const start = `a start to ready: ${milliseconds(run.startMs)}`;
  return [
    row('bytes from the server', { value: `${run.downloadBytes} B`, compared: '', ratio: null }),
    row('wish to staged', { value: milliseconds(run.stageMs), compared: start, ratio: run.stageMs / run.startMs }),
    row('restart to ready', { value: milliseconds(run.switchMs), compared: start, ratio: run.switchMs / run.startMs }),
    row('most resident memory', {
      value: megabytes(run.peakBytes),
      compared: `idle: ${megabytes(run.idleBytes)}; the launcher beside it: ${megabytes(run.launcherBytes)}`,
      ratio: run.peakBytes / run.idleBytes,
      budget: `≤ ${PEAK_BUDGET} ×`,
      met: run.peakBytes <= PEAK_BUDGET * run.idleBytes,
    }),
  ];
}

async function measureUpgrades(): Promise<Figure[]> {
  const cache = mkdtempSync(join(PROJECT, '.till-bench-'));
  const shelf = await ReleaseShelf.stock();
  const environment = { NODE: process.execPath, TILL_FOLDER: dirname(shelf.launcher), CACHE_DIRECTORY: cache };
  try {
    const figures: Figure[] = [];
    for (const way of ['patch', 'whole'] as const) {
      figures.push(...figuresOf(way, await runUpgrade(shelf, { program: [LAUNCHER], environment }, way)));
    }
    return figures;
  } finally {
    shelf.clear();
    rmSync(cache, { recursive: true, force: true });
  }
}

commandLine(USAGE, { options: {} });
const figures = await measureUpgrades();
console.log(`${machineName()}\n\n${asText(figures)}`);
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
