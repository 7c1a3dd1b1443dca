import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { collectScenarios, type ScenarioGroup } from '../test/support/scenarios.ts';
import { acceptanceReport } from './acceptance/report.ts';
import { reportText } from './acceptance/report-text.ts';
import { runScenarios } from './acceptance/run-scenarios.ts';
import { readScenarioName } from './acceptance/scenario-name.ts';
import { ACCEPTANCE_TABLE } from './acceptance/table.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
/** More terminals at once than this measure the machine, not the product. */
const JOBS_DEFAULT = Math.min(2, availableParallelism());

const HELP = `Usage: npm run acceptance [-- options]

The acceptance table, row by row: the real terminal process, driven through its headless interface, against the sandbox
gateway over TLS; on both platforms and under the three numberings of the states wherever a row depends on them.

Options:
  --row ID    only this row, e.g. A4; scenarios of the same file run with it, because they share a shop
  --jobs N    files that run at the same time (default ${JOBS_DEFAULT} here)
  --list      name the scenarios of each row instead of running them
  --json      print one JSON object instead of the table
  --help      this text

Progress goes to stderr. Exit codes: 0 when every row holds, 1 when one fails or is not shown, 2 for options that cannot
be understood, 130 when it was interrupted.
`;

interface Options {
  readonly row: string | null;
  readonly jobs: number;
  readonly list: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

function readOptions(argv: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        row: { type: 'string' },
        jobs: { type: 'string', default: String(JOBS_DEFAULT) },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { row = null, jobs, list, json, help } = values;
    if (!/^[1-9]\d?$/.test(jobs)) return `--jobs must be a whole number from 1 to 99, not "${jobs}"`;
    if (row !== null && !ACCEPTANCE_TABLE.some(({ id }) => id === row)) {
      return `--row must be one of ${ACCEPTANCE_TABLE.map(({ id }) => id).join(', ')}, not "${row}"`;
    }
    return { row, jobs: Number(jobs), list, json, help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every group of scenarios below test/acceptance. */
export async function loadScenarios(): Promise<ScenarioGroup[]> {
  const groups: ScenarioGroup[] = [];
  collectScenarios((group) => groups.push(group));
  for (const file of globSync('test/acceptance/*.test.ts', { cwd: PROJECT }).toSorted()) {
    await import(pathToFileURL(join(PROJECT, file)).href);
  }
  return groups;
}

const shows = (row: string | null) => (group: ScenarioGroup) =>
  row === null || group.scenarios.some(({ name }) => readScenarioName(name).rows.includes(row));

function listed(groups: readonly ScenarioGroup[], row: string | null): string {
  const rows = ACCEPTANCE_TABLE.filter(({ id }) => row === null || id === row);
  return rows
    .map(({ id, words, withoutScenario = '' }) => {
      const names = groups.flatMap(({ scenarios }) => scenarios).map(({ name }) => name);
      const own = names.filter((name) => readScenarioName(name).rows.includes(id)).map((name) => `      ${name}\n`);
      return `${id}  ${words}\n${own.length === 0 ? `      ${withoutScenario}\n` : own.join('')}`;
    })
    .join('\n');
}

async function run(options: Options): Promise<number> {
  const { row, jobs, json } = options;
  const groups = (await loadScenarios()).filter(shows(row));
  if (options.list) {
    process.stdout.write(listed(groups, row));
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const total = groups.reduce((sum, { scenarios }) => sum + scenarios.length, 0);
  let done = 0;
  const outcomes = await runScenarios(groups, {
    jobs,
    signal: stopping.signal,
    onOutcome: ({ name, seconds, problem }) => {
      done += 1;
      const verdict = problem === null ? 'ok  ' : 'FAIL';
      process.stderr.write(`${verdict} ${String(done).padStart(3)}/${total} ${seconds.toFixed(1)} s  ${name}\n`);
      if (problem !== null) process.stderr.write(`       ${problem.replaceAll('\n', '\n       ')}\n`);
    },
  });
  const report = acceptanceReport(ACCEPTANCE_TABLE, outcomes, row);
  process.stdout.write(json ? `${JSON.stringify({ ...report, outcomes })}\n` : `\n${reportText(report)}`);
  if (stopping.signal.aborted) return EXIT_INTERRUPTED;
  return report.passed ? 0 : EXIT_FAILED;
}

if (import.meta.main) {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`acceptance: ${options} (--help tells more)\n`);
    process.exitCode = EXIT_USAGE;
  } else if (options.help) {
    process.stdout.write(HELP);
  } else {
    const code = await run(options);
    // A scenario that failed half-way may have left a server open; its result is known.
    process.stdout.write('', () => process.exit(code));
  }
}
