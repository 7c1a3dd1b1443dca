import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackedFile } from '../../actors/upgrade/release-package.ts';
import { buildRelease, installFirst, publishedRelease } from '../../deploy/release/release-tasks.ts';
import { openCertificates } from '../../simulator/gateway/certificates.ts';
import { Bench } from '../../test/support/bench.ts';
import { FileServer } from '../../test/support/file-server.ts';
import { HeadlessTerminal } from '../../test/support/headless-terminal.ts';
import { ReleaseWorkshop } from '../../test/support/release-workshop.ts';
import { FIRST, ReleaseShelf, SECOND } from '../../test/support/upgrade-bench.ts';
import { type Device, residentBytes } from './device.ts';
import { changedProgram } from './upgrade-size.ts';

const PROGRAM = 'till-terminal.cjs';
const SETTLE_MS = 1500;

/** Whether the release comes as a patch or whole. */
export type UpgradeWay = 'patch' | 'whole';

/** One upgrade of a configured terminal on the device bundle, from a server on this machine. */
export interface UpgradeRun {
  /** Of releases and metadata. */
  readonly downloadBytes: number;
  /** From the wish to a release that is staged, ms. */
  readonly stageMs: number;
  /** From the restart to the release that is ready, ms. */
  readonly switchMs: number;
  /** From a start of the same release to ready, in the same run, ms. */
  readonly startMs: number;
  /** Of the terminal's process before the upgrade. */
  readonly idleBytes: number;
  /** The most that the terminal's process held until the release was staged. */
  readonly peakBytes: number;
  /** The launcher's own. */
  readonly launcherBytes: number;
}

/** Release 2 published beside release 1, which it changes in many places of its code; by patch, or without one. */
class Publisher {
  readonly workshop: ReleaseWorkshop;
  readonly folder = mkdtempSync(join(tmpdir(), 'till-bench-upgrade-'));

  constructor(shelf: ReleaseShelf, way: UpgradeWay) {
    mkdirSync(join(this.folder, 'vendor'));
    this.workshop = new ReleaseWorkshop(join(this.folder, 'vendor'));
    const words = { rollbackIndex: 1, hw: ['*'], minFrom: null, notes: '' };
    for (const version of [FIRST, SECOND]) {
      const built = join(this.folder, version);
      write(built, shelf.filesOf(version), version === SECOND);
      const from = version === SECOND && way === 'patch' ? [FIRST] : [];
      buildRelease(this.workshop.repository, built, { ...words, version }, from);
      this.workshop.signAll();
      this.workshop.publish();
    }
  }

  /** A box that was delivered with release 1. */
  deliver(folder: string): void {
    const first = publishedRelease(this.workshop.repository, FIRST);
    if (first === undefined) throw new Error('release 1 is not published');
    installFirst(this.workshop.repository, folder, first);
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function write(folder: string, files: readonly PackedFile[], isChanged: boolean): void {
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const program = isChanged && path === PROGRAM ? changedProgram(Buffer.from(bytes).toString('utf8')) : bytes;
    writeFileSync(join(folder, path), program);
  }
}

/** Runs the upgrade once. @throws Error when it does not come to its end */
export async function runUpgrade(shelf: ReleaseShelf, device: Device, way: UpgradeWay): Promise<UpgradeRun> {
  const publisher = new Publisher(shelf, way);
  const bench = await Bench.open();
  const tls = await openCertificates(join(bench.folder, 'server'), ['127.0.0.1'], Date.now());
  const { repositoryFolder } = publisher.workshop;
  const server = await FileServer.start(repositoryFolder, tls.right);
  const upgrades = join(bench.folder, 'upgrade');
  publisher.deliver(upgrades);
  const rootFile = join(bench.folder, 'root.json');
  copyFileSync(join(repositoryFolder, 'metadata/1.root.json'), rootFile);
  bench.writeConfig({
    'upgrade.folder': upgrades,
    'upgrade.rootFile': rootFile,
    'upgrade.caFile': tls.caFile,
    'upgrade.url': server.url,
    'upgrade.soakMs': 500,
  });
  const { configFile, dataDir } = bench;
  const environment = { ...device.environment, TILL_UPGRADES: upgrades };
  const terminal = new HeadlessTerminal({ configFile, dataDir, environment, program: [...device.program, 'run'] });
  try {
    return await measure({ bench, terminal, server, repositoryFolder });
  } finally {
    await terminal.stop();
    await server.close();
    await bench.close();
    publisher.clear();
  }
}

interface Scene {
  readonly bench: Bench;
  readonly terminal: HeadlessTerminal;
  readonly server: FileServer;
  readonly repositoryFolder: string;
}

async function measure({ bench, terminal, server, repositoryFolder }: Scene): Promise<UpgradeRun> {
  const ready = (version: string) =>
    terminal.next(`ready ${version}`, (line) => line.is === 'ready' && line['version'] === version);
  const step = (name: string) =>
    terminal.until(`the step ${name}`, ({ journal }) =>
      journal.some((fact) => fact.type === 'UPGRADE' && fact['step'] === name),
    );
  const startedAt = performance.now();
  await ready(FIRST);
  const startMs = performance.now() - startedAt;
  terminal.scan(bench.configurationQr());
  await terminal.screen('configured');
  terminal.press('cancel');
  await terminal.screen('idle');
  await pause(SETTLE_MS);
  const pid = childOf(terminal.pid);
  const idleBytes = residentBytes(pid);
  // From here on the kernel keeps the highest figure anew.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  terminal.press('menu');
  await terminal.screen('menu');
  terminal.press('6');
  await terminal.screen('upgrade');
  const askedAt = performance.now();
  terminal.press('1');
  await step('staged');
  const stageMs = performance.now() - askedAt;
  const peakBytes = peakOf(pid);
  const launcherBytes = residentBytes(terminal.pid);
  const switchedAt = performance.now();
  terminal.press('cancel');
  await ready(SECOND);
  const switchMs = performance.now() - switchedAt;
  await step('confirmed');
  const downloadBytes = server.requests.reduce((sum, { path, from }) => {
    return sum + (statSync(join(repositoryFolder, path), { throwIfNoEntry: false })?.size ?? from) - from;
  }, 0);
  return { downloadBytes, stageMs, switchMs, startMs, idleBytes, peakBytes, launcherBytes };
}

/** The terminal that the launcher started. */
function childOf(pid: number): number {
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
  if (!(child > 0)) throw new Error('the launcher has started no terminal');
  return child;
}

function peakOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`no VmHWM of process ${pid}`);
  return Number(found[1]) * 1024;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
