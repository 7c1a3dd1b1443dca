// Runs a TypeScript entry of this project with the Node version the project pins, after seeing to it that the
// dependencies are installed and are the ones package-lock.json names. Plain JavaScript with nothing but node:
// imports, because it is the one file that must run on a fresh clone under an older Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [22, 19];
const LOCK_POLL_MS = 200;
/** A lock folder without an owner file this old belongs to an installer that died between two system calls. */
const OWNERLESS_LOCK_MS = 10_000;

/** A state of the installation that the user has to mend; its message is the one line printed. */
export class InstallFailure extends Error {}

const pinnedNode = (project) => join(project, 'node_modules', '.bin', 'node');
const fingerprintFile = (project) => join(project, 'node_modules', '.till-lock-hash');

/** What was wanted and what npm last wrote, as one hash: either file changing makes the comparison run again. */
function fingerprint(project) {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(project, 'package-lock.json')));
  hash.update(readFileSync(join(project, 'node_modules', '.package-lock.json')));
  return hash.digest('hex');
}

/** The first package whose installed version is not the locked one, or null. Optional ones may be missing by design. */
function firstDifference(project) {
  const wanted = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages ?? {};
  const found = JSON.parse(readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8')).packages ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.optional || entry.devOptional) continue;
    if (found[path] === undefined) return `${path} is missing`;
    if (found[path].version !== entry.version) return `${path} is ${found[path].version}, not ${entry.version}`;
  }
  return null;
}

/**
 * Why the dependencies have to be installed, or null when they are as package-lock.json wants them.
 * npm writes node_modules/.package-lock.json last, so an interrupted installation counts as missing.
 */
export function whyInstall(project) {
  if (!existsSync(join(project, 'node_modules', '.package-lock.json'))) return 'they are not installed yet';
  if (!existsSync(pinnedNode(project)) && !isRecentEnough(process.versions.node)) return 'the pinned Node is missing';
  try {
    const now = fingerprint(project);
    if (existsSync(fingerprintFile(project)) && readFileSync(fingerprintFile(project), 'utf8') === now) return null;
    const difference = firstDifference(project);
    if (difference === null) writeFileSync(fingerprintFile(project), now);
    return difference;
  } catch (error) {
    if (error instanceof SyntaxError) return 'a lock file cannot be read';
    throw error;
  }
}

/** Whether this Node version runs TypeScript files as they are. */
export function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True when the process that took the lock is gone and the lock can be broken. */
function isAbandoned(lock) {
  try {
    return !isAlive(Number(readFileSync(join(lock, 'owner'), 'utf8')));
  } catch {
    try {
      return Date.now() - statSync(lock).mtimeMs > OWNERLESS_LOCK_MS;
    } catch {
      return false;
    }
  }
}

/** Runs `work` while no other process of this project does; waits for the other one first. */
export function withInstallLock(project, work) {
  const lock = join(project, '.till', 'install.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) {
      breakLock(lock);
      continue;
    }
    if (!waited) process.stderr.write('till: another process is installing the dependencies, waiting for it\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
  try {
    writeFileSync(join(lock, 'owner'), String(process.pid));
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Renamed before it is removed: of two processes that find the same abandoned lock only one rename succeeds. */
function breakLock(lock) {
  const grave = `${lock}.${process.pid}`;
  try {
    renameSync(lock, grave);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  rmSync(grave, { recursive: true, force: true });
}

/** `npm ci`, with everything npm says on stderr: stdout belongs to the program that runs afterwards. */
export function runNpmCi(project) {
  const [command, ...first] = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  // --include=dev: with NODE_ENV=production npm would leave out the pinned Node itself.
  const args = [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(command, args, { cwd: project, stdio: ['ignore', 2, 2] });
  if (result.error?.code === 'ENOENT') {
    throw new InstallFailure('npm was not found. Install Node 20 or newer together with npm, then run this again.');
  }
  if (result.error) throw result.error;
  if (result.signal !== null) throw new InstallFailure(`npm ci was stopped by ${result.signal}.`);
  if (result.status !== 0) {
    throw new InstallFailure(
      `npm ci failed (exit ${result.status}); its own message is above. ` +
        'It needs the npm registry (see `npm config get registry`) and free disk space; run this again afterwards.',
    );
  }
}

/** Installs the dependencies when needed; `install` is the step that does it. */
export function ensureDependencies(project, install = runNpmCi) {
  if (whyInstall(project) === null) return;
  withInstallLock(project, () => {
    const why = whyInstall(project);
    if (why === null) return;
    process.stderr.write(`till: installing the dependencies with npm ci (${why}); this takes a minute or two\n`);
    install(project);
    const still = whyInstall(project);
    if (still !== null) throw new InstallFailure(`after npm ci the dependencies are still not right: ${still}.`);
  });
}

function nodeFor(project) {
  if (existsSync(pinnedNode(project))) return pinnedNode(project);
  if (isRecentEnough(process.versions.node)) return process.execPath;
  throw new InstallFailure(
    `Node ${process.versions.node} is too old and the pinned one is not in node_modules: ` +
      'npm was told not to run install scripts (npm config get ignore-scripts).',
  );
}

/** Becomes, as far as Node 20 can, the given program: same streams, same signals, same exit code. */
export function runProgram(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`till: cannot start ${command}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  try {
    ensureDependencies(PROJECT);
    const node = nodeFor(PROJECT);
    // Scripts that call `node`, `tsc` and the like find the project's own ones, as under `npm run`.
    process.env.PATH = `${join(PROJECT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
    runProgram(node, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof InstallFailure)) throw error;
    process.stderr.write(`till: ${error.message}\n`);
    process.exitCode = 1;
  }
}
