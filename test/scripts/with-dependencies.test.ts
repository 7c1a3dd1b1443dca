import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensureDependencies, isRecentEnough, whyInstall, withInstallLock } from '../../scripts/with-dependencies.mjs';

const LAUNCHER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'with-dependencies.mjs');
const dependencies = suite<{ root: string }>('scripts/with-dependencies');

dependencies.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'till-dependencies-'));
  lock(context.root, '1.0.0');
});
dependencies.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const packages = (version: string): string =>
  JSON.stringify({
    packages: { 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0', optional: true } },
  });

function lock(root: string, version: string): void {
  writeFileSync(join(root, 'package-lock.json'), packages(version));
}

/** What npm leaves behind: everything but the optional package, and its own lock file last. */
function install(root: string, version: string): void {
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.bin', 'node'), '');
  const found = JSON.stringify({ packages: { 'node_modules/a': { version } } });
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), found);
}

dependencies('a fresh clone is installed', ({ root }) => {
  assert.is(whyInstall(root), 'they are not installed yet');
});

dependencies('an installation that was interrupted is done again', ({ root }) => {
  install(root, '1.0.0');
  rmSync(join(root, 'node_modules', '.package-lock.json'));
  assert.is(whyInstall(root), 'they are not installed yet');
});

dependencies('what npm ci installed counts as current, without its optional packages', ({ root }) => {
  install(root, '1.0.0');
  assert.is(whyInstall(root), null);
  assert.ok(existsSync(join(root, 'node_modules', '.till-lock-hash')));
  assert.is(whyInstall(root), null);
});

dependencies('a lock file that moved on is named with the package that differs', ({ root }) => {
  install(root, '1.0.0');
  assert.is(whyInstall(root), null);
  lock(root, '1.0.1');
  assert.is(whyInstall(root), 'node_modules/a is 1.0.0, not 1.0.1');
});

dependencies('another installation behind the back of the same lock file is noticed', ({ root }) => {
  install(root, '1.0.0');
  assert.is(whyInstall(root), null);
  install(root, '0.9.0');
  assert.is(whyInstall(root), 'node_modules/a is 0.9.0, not 1.0.0');
});

dependencies('a lock file that npm half wrote is installed again rather than trusted', ({ root }) => {
  install(root, '1.0.0');
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{"packages":');
  assert.is(whyInstall(root), 'a lock file cannot be read');
});

dependencies('an installation that leaves the wrong version says so', ({ root }) => {
  assert.throws(() => ensureDependencies(root, (project: string) => install(project, '0.9.0')), /still not right/);
  assert.not.ok(existsSync(join(root, '.till', 'install.lock')), 'the lock is given back');
});

dependencies('two starts at once install once', async ({ root }) => {
  const installer = `
    import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    import { ensureDependencies } from ${JSON.stringify(LAUNCHER)};
    const root = ${JSON.stringify(root)};
    ensureDependencies(root, () => {
      appendFileSync(root + '/installations', 'x');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      mkdirSync(root + '/node_modules/.bin', { recursive: true });
      writeFileSync(root + '/node_modules/.bin/node', '');
      writeFileSync(root + '/node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    });`;
  const exits = await Promise.all([start(installer), start(installer), start(installer)]);
  assert.equal(exits, [0, 0, 0]);
  assert.is(readFileSync(join(root, 'installations'), 'utf8'), 'x');
});

dependencies('the lock of a process that died is broken', ({ root }) => {
  mkdirSync(join(root, '.till', 'install.lock'), { recursive: true });
  writeFileSync(join(root, '.till', 'install.lock', 'owner'), '2147483646');
  assert.is(
    withInstallLock(root, () => 'ran'),
    'ran',
  );
});

dependencies('only a Node that runs TypeScript counts as recent enough', () => {
  const verdicts = ['20.20.2', '22.18.0', '22.19.0', '24.0.0'].map(isRecentEnough);
  assert.equal(verdicts, [false, false, true, true]);
});

dependencies('the exit code and the signals of the program are passed on', async () => {
  const run = `import { runProgram } from ${JSON.stringify(LAUNCHER)};`;
  const { execPath } = process;
  assert.is(await start(`${run} runProgram(${JSON.stringify(execPath)}, ['-e', 'process.exit(7)']);`), 7);
  const inner = `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up');`;
  const outer = `${run} runProgram(${JSON.stringify(execPath)}, ['-e', ${JSON.stringify(inner)}]);`;
  assert.is(await start(outer, 'SIGTERM'), 9);
});

/** Runs a module; with a signal, sends it as soon as the program speaks. Gives the exit code. */
function start(code: string, signal?: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => {
      if (signal !== undefined) child.kill(signal);
    });
    child.on('error', reject);
    child.on('exit', resolve);
  });
}

dependencies.run();
