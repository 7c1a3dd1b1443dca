import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackedFile } from '../../actors/upgrade/release-package.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { openCertificates } from '../../simulator/gateway/certificates.ts';
import { Bench, type ConfigChanges } from './bench.ts';
import { FileServer } from './file-server.ts';
import { HeadlessTerminal, type Line } from './headless-terminal.ts';
import { ReleaseWorkshop } from './release-workshop.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
const LAUNCHER = 'till-launcher.cjs';
const ENTRY = 'till-terminal.cjs';
/** Versions that no other text of the bundle looks like. */
export const FIRST = '1.0.7001';
export const SECOND = '1.1.7001';
export const BROKEN = '1.2.7001';

/** The releases of one vendor: the device bundle as it ships, twice, published in a repository. */
export class ReleaseShelf {
  readonly folder = mkdtempSync(join(tmpdir(), 'till-shelf-'));
  readonly workshop = new ReleaseWorkshop(this.folder);
  /** The launcher as it ships. */
  readonly launcher = join(this.folder, 'built', LAUNCHER);
  #files: readonly PackedFile[] = [];

  static async stock(): Promise<ReleaseShelf> {
    const shelf = new ReleaseShelf();
    const built = dirname(shelf.launcher);
    const words = ['scripts/bundle.ts', '--out', join(built, ENTRY), '--version', FIRST];
    const bundler = spawn(process.execPath, words, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(bundler, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the bundle could not be built (${String(code)})`);
    shelf.#files = readdirSync(built, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== LAUNCHER)
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: path.slice(built.length + 1), bytes: readFileSync(path) };
      });
    shelf.workshop.release(SECOND, { files: shelf.filesOf(SECOND) });
    return shelf;
  }

  /** The whole bundle, calling itself by this version. */
  filesOf(version: string): readonly PackedFile[] {
    return this.#files.map((file) => {
      if (file.path !== ENTRY) return file;
      const program = Buffer.from(file.bytes).toString('utf8');
      return { path: ENTRY, bytes: Buffer.from(program.replaceAll(FIRST, version), 'utf8') };
    });
  }

  /** A copy of the repository, as on a stick. */
  copy(name: string): string {
    const folder = join(this.folder, name);
    cpSync(this.workshop.repositoryFolder, folder, { recursive: true });
    return folder;
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A terminal that the launcher started from slot a, before the sandbox gateway and a server of releases. */
export class UpgradeBench {
  readonly bench: Bench;
  readonly server: FileServer;
  readonly terminal: HeadlessTerminal;

  private constructor(bench: Bench, server: FileServer, terminal: HeadlessTerminal) {
    this.bench = bench;
    this.server = server;
    this.terminal = terminal;
  }

  /** A configured terminal of release 1 at its idle screen. */
  static async start(shelf: ReleaseShelf, config: (server: FileServer) => ConfigChanges): Promise<UpgradeBench> {
    const bench = await Bench.open();
    const tls = await openCertificates(join(bench.folder, 'server'), ['127.0.0.1'], Date.now());
    const server = await FileServer.start(shelf.workshop.repositoryFolder, tls.right);
    const folder = join(bench.folder, 'upgrade');
    new SlotFolders({ disk: new NodeDisk(), folder }).install(
      'a',
      { version: FIRST, release: null, rollbackIndex: 1, entry: ENTRY },
      shelf.filesOf(FIRST),
    );
    const rootFile = join(bench.folder, 'root.json');
    copyFileSync(join(shelf.workshop.repositoryFolder, 'metadata/1.root.json'), rootFile);
    bench.writeConfig({
      'upgrade.folder': folder,
      'upgrade.rootFile': rootFile,
      'upgrade.caFile': tls.caFile,
      'upgrade.soakMs': 200,
      ...config(server),
    });
    const { configFile, dataDir } = bench;
    const terminal = new HeadlessTerminal({ configFile, dataDir, program: [process.execPath, shelf.launcher, folder] });
    const upgrade = new UpgradeBench(bench, server, terminal);
    try {
      await upgrade.ready(FIRST);
      terminal.scan(bench.configurationQr());
      await terminal.screen('configured');
      terminal.press('cancel');
      await terminal.screen('idle');
      return upgrade;
    } catch (error) {
      await upgrade.close();
      throw error;
    }
  }

  /** The start of a release. */
  ready(version: string): Promise<Line> {
    return this.terminal.next(`ready ${version}`, (line) => line.is === 'ready' && line['version'] === version);
  }

  /** A whole sale; the counter is idle again. Resolves with the order. */
  async sell(yuan: string): Promise<string> {
    const { terminal, bench } = this;
    terminal.typeAmount(yuan);
    await terminal.screen('present-code');
    terminal.scan(bench.code('wechat'));
    const paid = await terminal.screen('paid');
    terminal.press('cancel');
    await terminal.screen('idle');
    return paid.order ?? '';
  }

  /** Opens the upgrade screen and asks for a release there: `1` on-line, `2` from the folder. */
  async ask(way: '1' | '2'): Promise<void> {
    this.terminal.press('menu');
    await this.terminal.screen('menu');
    this.terminal.press('6');
    await this.terminal.screen('upgrade');
    this.terminal.press(way);
  }

  /** Resolves when the screen of the upgrade says so. */
  async says(words: string): Promise<void> {
    await this.terminal.next(`"${words}" on the upgrade screen`, (line) => {
      return line.is === 'screen' && line['name'] === 'upgrade' && String(line['lines']).includes(words);
    });
  }

  /** Resolves when the journal holds this step of an upgrade. */
  async step(step: string): Promise<void> {
    await this.terminal.until(`the step ${step}`, ({ journal }) =>
      journal.some((fact) => fact.type === 'UPGRADE' && fact['step'] === step),
    );
  }

  async close(): Promise<void> {
    if (this.terminal.running) {
      this.terminal.terminate();
      await this.terminal.exited();
    }
    await this.server.close();
    await this.bench.close();
  }
}
