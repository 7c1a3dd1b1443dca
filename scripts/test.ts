import { spawn, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.ts';
import { closingLine, judge, type FileOutcome, type FileRun } from './test-outcome.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm test -- [WORD …]

Runs every test file whose path contains one of the words, each in a process of its own; all of them without a word.
What this machine cannot run is named. The last line says "N passed, N failed"; exit code 1 when something failed.
`;

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const BROWSER_TESTS = 'test/browser/';
/** Tests that need a C compiler for their preloaded library. */
const COMPILED_TESTS = 'test/process-faults/';
/** Tests that need the right to mount a file system, which a container in CI may not have. */
const MOUNTING_TESTS = ['test/process-faults/mounted-disks.test.ts'];
/** Whole-process tests live long; a file that is still running after this hangs. */
const FILE_TIME_LIMIT_MS = 5 * 60_000;
const KILL_AFTER_MS = 5_000;
const PIPE_GRACE_MS = 2_000;

interface Finished {
  readonly run: FileRun;
  readonly outcome: FileOutcome;
}

/** Runs one test file in a process (and process group) of its own, so that nothing it leaves open touches another. */
function runFile(root: string, file: string, timeLimitMs: number): Promise<FileRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--unhandled-rejections=strict', file], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    let timedOut = false;
    const endGroup = (signal: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // The group has ended by itself.
      }
    };
    const limit = setTimeout(() => {
      timedOut = true;
      endGroup('SIGTERM');
      setTimeout(() => endGroup('SIGKILL'), KILL_AFTER_MS).unref();
    }, timeLimitMs);
    const stopAll = (): void => endGroup('SIGKILL');
    process.once('exit', stopAll);
    child.on('error', reject);
    let ended: number | string = 'an unknown end';
    child.on('exit', (code, signal) => {
      ended = timedOut ? 'timeout' : (code ?? signal ?? ended);
      clearTimeout(limit);
      process.off('exit', stopAll);
      endGroup('SIGKILL');
      // A grandchild outside the group can keep the pipe open; that must not keep the run open.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, PIPE_GRACE_MS).unref();
    });
    child.on('close', () => {
      const output = Buffer.concat(chunks).toString();
      resolve({ file, source: readFileSync(join(root, file), 'utf8'), output, exit: ended });
    });
  });
}

async function runAll(root: string, files: readonly string[], timeLimitMs: number): Promise<Finished[]> {
  const waiting = [...files];
  const finished: Finished[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const startedAt = performance.now();
      const run = await runFile(root, file, timeLimitMs);
      const outcome = judge(run);
      finished.push({ run, outcome });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const verdict = outcome.problems.length === 0 ? 'ok  ' : 'FAIL';
      console.log(`${verdict} ${file} (${outcome.passed} tests, ${seconds} s) ${finished.length}/${files.length}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return finished;
}

/** Leaves out, by name and aloud, what this machine cannot run. Where CI promises a compiler, its absence is a failure. */
function withoutSystemTests(files: readonly string[], env: NodeJS.ProcessEnv): { files: string[]; missing: boolean } {
  const compiled = files.filter((file) => file.startsWith(COMPILED_TESTS));
  const noCompiler = compiled.length > 0 && spawnSync('cc', ['--version']).status !== 0;
  const mounting = files.filter((file) => MOUNTING_TESTS.includes(file));
  const noMount = mounting.length > 0 && !canMount();
  const left = new Set([...(noCompiler ? compiled : []), ...(noMount ? mounting : [])]);
  for (const file of left) {
    console.log(`cannot run here: ${noCompiler ? 'no C compiler (cc)' : 'no right to mount'}, not run: ${file}`);
  }
  return { files: files.filter((file) => !left.has(file)), missing: noCompiler && env['CI'] === 'true' };
}

/** Tried in a mount namespace of its own, so that nothing stays mounted. */
function canMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'till-can-mount', tmpdir()]).status === 0;
}

function matching(files: readonly string[], filters: readonly string[]): string[] {
  if (filters.length === 0) return [...files];
  return files.filter((file) => filters.some((filter) => file.includes(filter)));
}

/** Without Chromium the browser tests are named as not run; where CI promises Chromium, its absence is a failure. */
function withoutBrowserTests(files: readonly string[], env: NodeJS.ProcessEnv): { files: string[]; missing: boolean } {
  const browser = files.filter((file) => file.startsWith(BROWSER_TESTS));
  if (browser.length === 0 || findChromium(env) !== null) return { files: [...files], missing: false };
  for (const file of browser) console.log(`needs chromium, not run: ${file}`);
  const missing = env['CI'] === 'true';
  if (missing) console.log('CI=true and no chromium: install it (scripts/ensure-browser.ts) or set TILL_CHROMIUM');
  return { files: files.filter((file) => !browser.includes(file)), missing };
}

/** Runs the test files below `root` whose path contains one of `filters`; gives the exit code. */
export async function runTests(root: string, filters: readonly string[], timeLimitMs: number): Promise<number> {
  const all = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).toSorted();
  const seeing = withoutBrowserTests(matching(all, filters), process.env);
  const { files, missing: noCompiler } = withoutSystemTests(seeing.files, process.env);
  const missing = seeing.missing || noCompiler;
  const finished = await runAll(root, files, timeLimitMs);
  const failures = finished.filter(({ outcome }) => outcome.problems.length > 0);
  for (const { run, outcome } of failures) {
    console.log(`\n──── ${run.file}\n${run.output.trimEnd()}\n  → ${outcome.problems.join('\n  → ')}`);
  }
  if (files.length === 0) console.log(`no test file matches ${filters.join(' ') || 'test/**/*.test.ts'}`);
  const outcomes = finished.map(({ outcome }) => outcome);
  if (missing || files.length === 0) outcomes.push({ passed: 0, failed: 1, skipped: 0, problems: ['nothing ran'] });
  console.log(`\n${closingLine(outcomes)}`);
  return outcomes.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

if (import.meta.main) {
  const { positionals: filters } = commandLine(USAGE, { options: {}, allowPositionals: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.exitCode = await runTests(PROJECT, filters, FILE_TIME_LIMIT_MS);
}
