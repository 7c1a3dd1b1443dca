import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closingLine, judge } from '../../scripts/test-outcome.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const guard = suite<{ root: string }>('scripts/test-outcome');

guard.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'till-guard-'));
  mkdirSync(join(context.root, 'test'));
  symlinkSync(join(PROJECT, 'node_modules'), join(context.root, 'node_modules'));
  writeFileSync(join(context.root, 'package.json'), '{"type":"module"}');
});
guard.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const HEAD = `import { suite } from 'uvu'; import * as assert from 'uvu/assert'; const plant = suite('planted');\n`;

/** Runs the guard for real on one planted file. */
function runPlanted(root: string, body: string, timeLimitMs = 30_000): { status: number | null; output: string } {
  writeFileSync(join(root, 'test', 'planted.test.ts'), HEAD + body);
  const call = `import { runTests } from ${JSON.stringify(join(PROJECT, 'scripts/test.ts'))};
    process.exitCode = await runTests(${JSON.stringify(root)}, [], ${timeLimitMs});`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', call], { encoding: 'utf8' });
  return { status: run.status, output: run.stdout + run.stderr };
}

function assertRefused(run: { status: number | null; output: string }, because: RegExp): void {
  assert.is(run.status, 1, run.output);
  assert.match(run.output, because);
  assert.match(run.output, /\n\d+ passed, [1-9]\d* failed(, \d+ skipped)?\n$/);
}

guard('a .ts file with a generic arrow function is read as TypeScript, not as elements', () => {
  const source = `const test = suite('x'); const same = <T>(one: T): T => one; test('<b>', () => {}); test.run();`;
  const run = { source, output: '  Total:     1\n  Passed:    1\n', exit: 0 };
  assert.equal(judge({ ...run, file: 'test/a.test.ts' }).problems, []);
});

guard('an honest pass ends with the one closing line', ({ root }) => {
  const run = runPlanted(root, `plant('is true', () => assert.ok(true)); plant.run();`);
  assert.is(run.status, 0, run.output);
  assert.match(run.output, /\n1 passed, 0 failed\n$/);
});

guard('a failing assertion is shown in full', ({ root }) => {
  const run = runPlanted(root, `plant('is false', () => assert.is(1, 2)); plant.run();`);
  assertRefused(run, /is false[\s\S]*1 of 1 tests did not pass/);
});

guard('a before hook that throws is no pass, though uvu exits with 0', ({ root }) => {
  const body = `plant.before(() => { throw new Error('no database'); }); plant('never runs', () => {}); plant.run();`;
  assertRefused(runPlanted(root, body), /1 of 1 tests did not pass/);
});

guard('a file that never runs its suite is no pass', ({ root }) => {
  assertRefused(runPlanted(root, `plant('never runs', () => assert.ok(false)); // plant.run()`), /never run/);
});

guard('one forgotten suite among others is no pass', ({ root }) => {
  const body = `const other = suite('other'); other('a', () => {}); plant('b', () => {}); plant.run();`;
  assertRefused(runPlanted(root, body), /suite "other" is never run/);
});

guard('a suite without tests is no pass', ({ root }) => {
  assertRefused(runPlanted(root, `plant.run();`), /it ran no test/);
});

guard('a skipped test is no pass without an agreed reason', ({ root }) => {
  const body = `plant('a', () => {}); plant.skip('b', () => {}); plant.run();`;
  assertRefused(runPlanted(root, body), /1 skipped tests where 0 are agreed on/);
});

guard('.only hides tests and is no pass', ({ root }) => {
  assertRefused(runPlanted(root, `plant.only('a', () => {}); plant('b', () => {}); plant.run();`), /\.only\(/);
});

guard('a rejection nobody listens to is no pass', ({ root }) => {
  const body = `plant('a', () => { void Promise.reject(new Error('lost')); }); plant.run();`;
  assertRefused(runPlanted(root, body), /process ended with|nobody listening/);
});

guard('a test that never settles is no pass', ({ root }) => {
  assertRefused(
    runPlanted(root, `plant('a', () => new Promise(() => {})); plant.run();`),
    /process ended with 1|no summary/,
  );
});

guard('a file that keeps a handle open is ended at its time limit', ({ root }) => {
  const body = `plant('a', () => { setInterval(() => {}, 1000); }); plant.run();`;
  assertRefused(runPlanted(root, body, 3_000), /time limit/);
});

guard('a filter that matches nothing is no pass', ({ root }) => {
  rmSync(join(root, 'test'), { recursive: true });
  mkdirSync(join(root, 'test'));
  const call = `import { runTests } from ${JSON.stringify(join(PROJECT, 'scripts/test.ts'))};
    process.exitCode = await runTests(${JSON.stringify(root)}, ['nowhere'], 1000);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', call], { encoding: 'utf8' });
  assert.is(run.status, 1);
  assert.match(run.stdout, /no test file matches nowhere[\s\S]*0 passed, 1 failed\n$/);
});

guard('without Chromium the browser tests are named as not run, and in CI that is no pass', ({ root }) => {
  mkdirSync(join(root, 'test', 'browser'));
  writeFileSync(join(root, 'test', 'browser', 'page.test.ts'), 'throw new Error("started")');
  writeFileSync(join(root, 'test', 'plain.test.ts'), `${HEAD}plant('a', () => {}); plant.run();`);
  const call = `import { runTests } from ${JSON.stringify(join(PROJECT, 'scripts/test.ts'))};
    process.exitCode = await runTests(${JSON.stringify(root)}, [], 30_000);`;
  const start = (CI: string): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, ['--input-type=module', '-e', call], {
      encoding: 'utf8',
      env: { PATH: '/nonexistent', CI },
    });
  const [here, ci] = [start(''), start('true')];
  assert.match(here.stdout, /needs chromium, not run: test\/browser\/page[.]test[.]ts\n/);
  assert.match(here.stdout, /\n1 passed, 0 failed\n$/);
  assert.is(here.status, 0);
  assert.match(ci.stdout, /\n1 passed, 1 failed\n$/);
  assert.is(ci.status, 1);
});

guard('coloured summaries are read too', () => {
  const output = '\u001b[32m  Total:     2\n  Passed:    2\n\u001b[39m  Skipped:   0\n';
  const outcome = judge({ file: 'test/a.test.ts', source: 'plant.run()', output, exit: 0 });
  assert.equal(outcome, { passed: 2, failed: 0, skipped: 0, problems: [] });
});

guard('agreed skips are counted and named in the closing line', () => {
  const output = '  Total:     2\n  Passed:    2\n  Skipped:   1\n';
  const run = { file: 'test/a.test.ts', source: 'plant.run()', output, exit: 0 };
  const outcome = judge(run, { 'test/a.test.ts': { tests: 1, reason: 'planted' } });
  assert.equal(outcome.problems, []);
  assert.is(closingLine([outcome]), '2 passed, 0 failed, 1 skipped');
});

guard.run();
