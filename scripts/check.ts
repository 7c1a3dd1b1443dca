import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run check -- [--no-tests]

Everything that CI runs: format, lint, types, import directions, diagrams, tidy, tests. Exit code 1 when one fails.

Options:
  --no-tests  all but the tests
  --help      this text
`;
const { values } = commandLine(USAGE, { options: { 'no-tests': { type: 'boolean', default: false } } });

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(PROJECT, 'node_modules', '.bin', name);

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** In order of how soon they tell; tests last, so that their closing line is the last but the summary. */
const CHECKS: readonly Check[] = [
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: [bin('eslint'), '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit'] },
  { name: 'deps', command: ['npm', 'run', '--silent', 'deps'] },
  { name: 'diagrams', command: [process.execPath, 'scripts/diagrams.ts', '--check'] },
  { name: 'tidy', command: [process.execPath, 'test/tidy.test.ts'] },
  { name: 'tests', command: [process.execPath, 'scripts/test.ts'] },
];

/** Runs one check with its output on our own streams; true when it passed. */
function passes({ name, command: [file, ...args] }: Check): boolean {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  const { status, error } = spawnSync(file, args, { cwd: PROJECT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) console.error(error.message);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  return status === 0;
}

const withoutTests = values['no-tests'];
const checks = CHECKS.filter(({ name }) => !(withoutTests && name === 'tests'));
const failed = checks.filter((check) => !passes(check)).map(({ name }) => name);
console.log(failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
