import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MUTANTS } from '../../simulator/mutants/catalogue.ts';
import { hunt } from '../../simulator/mutants/hunt.ts';
import type { Mutant } from '../../simulator/mutants/mutant.ts';
import { simulate, type SimulationReport } from '../../simulator/world/simulation.ts';
import type { Command, CommandIo } from '../command.ts';

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const PAYMENTS_DEFAULT = 2000;
const PAYMENTS_MAX = 100_000_000;
const PROGRESS_MS = 1000;
const JOBS_MAX = 64;

const HELP = `Usage: till simulate [--seed S] [--payments N] [--shop K] [--jobs J] [--json]
       till simulate --mutant NAME [--seed S] [--payments N]
       till simulate --list-mutants

The seeded world: the real terminal, shop after shop, against the sandbox's book on virtual time. Requests and answers
are lost, late, doubled or damaged, domains and WiFi come and go, the disk loses what was not synced, the power goes
before and after every effect, the wall clock jumps, and cashiers scan twice, walk away and try again. At the end of
each shop the faults stop and everything must come to its end. The money rules are checked against the gateway's book
all the way.

Options:
  --seed S       a number or a word (default 1); one seed and size give one life, byte for byte
  --payments N   orders to begin in all shops together (default ${PAYMENTS_DEFAULT})
  --shop K       only shop K of this seed, to look at what broke there
  --jobs J       threads that shops are lived in (default: one a core); the lives and the hash stay the same
  --json         print one JSON line instead of text
  --mutant NAME  plant a bug into this run's own copy of the product and see whether the world finds it; --payments
                 is then within how many it must be found
  --list-mutants the bugs that can be planted
  --help         this text

Exit codes: 0 when no rule was broken and everything rare happened that a run of this size must meet, 1 otherwise,
2 for options that cannot be understood, 130 when it was interrupted. With --mutant: 1 when the bug was found, 0 when it
escaped, since then nothing broke.
`;

interface Options {
  readonly seed: string;
  readonly payments: number;
  readonly shop: number | null;
  readonly jobs: number;
  readonly json: boolean;
  readonly mutant: Mutant | null;
  readonly listMutants: boolean;
}

function wholeNumber(text: string, least: number): number | null {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= PAYMENTS_MAX ? Number(text) : null;
}

function readOptions(argv: string[]): Options | string {
  try {
    return checkedOptions(
      parseArgs({
        args: argv,
        options: {
          seed: { type: 'string', default: '1' },
          payments: { type: 'string' },
          mutant: { type: 'string' },
          'list-mutants': { type: 'boolean', default: false },
          shop: { type: 'string' },
          jobs: { type: 'string' },
          json: { type: 'boolean', default: false },
        },
      }).values,
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Values {
  readonly seed: string;
  readonly payments?: string;
  readonly mutant?: string;
  readonly 'list-mutants': boolean;
  readonly shop?: string;
  readonly jobs?: string;
  readonly json: boolean;
}

function checkedOptions(values: Values): Options | string {
  const { seed, json } = values;
  const mutant = MUTANTS.find(({ name }) => name === values.mutant) ?? null;
  if (values.mutant !== undefined && mutant === null)
    return `there is no mutant "${values.mutant}": --list-mutants names them`;
  const wanted = values.payments ?? String(mutant?.within ?? PAYMENTS_DEFAULT);
  const payments = wholeNumber(wanted, 1);
  if (payments === null) return `--payments must be a whole number from 1 to ${PAYMENTS_MAX}, not "${wanted}"`;
  const shop = values.shop === undefined ? null : wholeNumber(values.shop, 0);
  if (values.shop !== undefined && shop === null) return `--shop must be a whole number, not "${values.shop}"`;
  const jobs = values.jobs === undefined ? Math.min(availableParallelism(), JOBS_MAX) : wholeNumber(values.jobs, 1);
  if (jobs === null || jobs > JOBS_MAX)
    return `--jobs must be a whole number from 1 to ${JOBS_MAX}, not "${values.jobs}"`;
  if (!/^[\w.-]{1,64}$/.test(seed)) return '--seed must have 1 to 64 letters, digits, -, _ or .';
  return { seed, payments, shop, jobs, json, mutant, listMutants: values['list-mutants'] };
}

const hours = (virtualMs: number): string => `${(virtualMs / 3_600_000).toFixed(1)} h`;

/** Payments a second of this process's own computing time: what a core does, however busy the machine is. */
function rate(payments: number, since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.round((payments / (user + system)) * 1e6);
}

function summary(report: SimulationReport, seed: string, perSecond: number): string {
  const { shops, payments, lives, virtualMs, hash, broken, missing } = report;
  const counts = report.sometimes.all().map(([what, times]) => `  ${String(times).padStart(8)}  ${what}\n`);
  const head = `${payments} payments in ${shops} shops, ${lives} process lives, ${hours(virtualMs)} of virtual time\n`;
  const verdict =
    broken !== null
      ? `\nBROKEN in shop ${broken.shop}: till simulate --seed ${seed} --shop ${broken.shop} shows it again\n${broken.violations.map((what) => `  ${what}\n`).join('')}\n${broken.story.join('\n')}\n`
      : missing.length > 0
        ? `\nno rule was broken, but this never happened: ${missing.join(', ')}\n`
        : '\nno rule was broken\n';
  return `${head}${perSecond} payments a second of computing time\nhash ${hash}\n\n${counts.join('')}${verdict}`;
}

function listMutants(io: CommandIo): number {
  for (const { name, rule, bug } of MUTANTS) io.stdout.write(`${name.padEnd(34)} ${rule.padEnd(4)} ${bug}\n`);
  return 0;
}

async function huntMutant(mutant: Mutant, { seed, payments }: Options, io: CommandIo): Promise<number> {
  const { found, payments: done, story } = await hunt({ mutant, seed, payments });
  if (found === null) {
    io.stdout.write(`ESCAPED ${mutant.name}: nothing broke in ${done} payments (${mutant.bug})\n`);
    return 0;
  }
  io.stdout.write(`found ${mutant.name} after ${done} payments: ${found}\n\n${story.join('\n')}\n`);
  return EXIT_BROKEN;
}

async function run(argv: string[], io: CommandIo): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    io.stderr.write(`till simulate: ${options} (till simulate --help tells more)\n`);
    return EXIT_USAGE;
  }
  if (options.listMutants) return listMutants(io);
  return options.mutant === null ? simulateAll(options, io) : huntMutant(options.mutant, options, io);
}

async function simulateAll(options: Options, io: CommandIo): Promise<number> {
  const since = process.cpuUsage();
  let shownAtMs = performance.now();
  const report = await simulate({
    ...options,
    signal: io.signal,
    onProgress: (payments) => {
      if (performance.now() - shownAtMs < PROGRESS_MS) return;
      shownAtMs = performance.now();
      const whole = options.shop === null ? ` of ${options.payments}` : '';
      io.stderr.write(`${payments}${whole} payments, ${rate(payments, since)}/s\n`);
    },
  });
  const perSecond = rate(report.payments, since);
  const { sometimes, broken, ...plain } = report;
  const { seed } = options;
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ seed, ...plain, perSecond, sometimes: Object.fromEntries(sometimes.all()), violations: broken?.violations ?? [], brokenShop: broken?.shop ?? null, story: broken?.story ?? [] })}\n`
      : summary(report, seed, perSecond),
  );
  if (broken !== null || report.missing.length > 0) return EXIT_BROKEN;
  return io.signal.aborted ? EXIT_INTERRUPTED : 0;
}

/** `till simulate`: the seeded world. */
export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'the seeded world that tries to break the money rules',
  help: HELP,
  run,
};
