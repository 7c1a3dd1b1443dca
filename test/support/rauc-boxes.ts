import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import type { ReleasePayload } from '../../hal/boot/contract.ts';
import { ImageNotes } from '../../hal/boot/image-notes.ts';
import { RaucInstaller } from '../../hal/boot/rauc-installer.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import type { ProgramResult } from '../../hal/program/run-program.ts';
import { backendScript, BootLoader } from './boot-loader.ts';
import { fakeBundle, FakeRauc } from './fake-rauc.ts';
import type { InstallerBox } from './installer-boxes.ts';
import { selfSigned } from './self-signed.ts';

/** A box whose systems RAUC installs: the part that the fake and the real one share. */
abstract class RaucBox implements InstallerBox {
  readonly folder = mkdtempSync(join(tmpdir(), 'till-rauc-'));
  readonly loader = new BootLoader(join(this.folder, 'loader'));
  /** The data partition, which both systems see. */
  protected readonly disk: Disk;
  #installer: RaucInstaller | null = null;
  #boots = 1;

  constructor(disk: Disk = new NodeDisk()) {
    this.disk = disk;
  }

  get installer(): RaucInstaller {
    return (this.#installer ??= this.#life());
  }

  abstract get running(): string;
  abstract payload(version: string): Promise<ReleasePayload>;

  async damaged(version: string): Promise<ReleasePayload> {
    const payload = await this.payload(version);
    if (payload.format !== 'raucb') throw new Error('a bundle is needed');
    const bytes = readFileSync(payload.path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(payload.path, bytes);
    return payload;
  }

  unfit(): Promise<ReleasePayload> {
    return Promise.resolve({ format: 'files', entry: 'x.cjs', files: [{ path: 'x.cjs', bytes: Buffer.from('x') }] });
  }

  /** The process alone starts again. */
  crash(): void {
    this.#installer = null;
  }

  async restart(): Promise<void> {
    this.#installer = null;
    this.#boots++;
    await this.reboot();
  }

  close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }

  protected abstract reboot(): Promise<void>;
  protected abstract run(words: readonly string[], limitMs: number): Promise<ProgramResult>;

  #life(): RaucInstaller {
    const folder = join(this.folder, 'upgrade');
    const { disk } = this;
    return new RaucInstaller({
      rauc: (words, limitMs) => this.run(words, limitMs),
      boot: new BootRecord({ disk, folder }),
      notes: new ImageNotes({ disk, folder }),
      bootId: () => `boot ${this.#boots}`,
    });
  }
}

/** Before the fake program. */
export class FakeRaucBox extends RaucBox {
  readonly rauc = new FakeRauc(this.loader);
  /** What happens beside a call. */
  onCall: (words: string) => void = () => undefined;

  get running(): string {
    return this.rauc.running ?? '1.0.0';
  }

  payload(version: string): Promise<ReleasePayload> {
    const path = join(this.folder, `${version}.raucb`);
    writeFileSync(path, fakeBundle({ version, image: `system ${version} `.repeat(100) }));
    return Promise.resolve({ format: 'raucb', path });
  }

  protected reboot(): Promise<void> {
    this.rauc.reboot();
    return Promise.resolve();
  }

  protected run(words: readonly string[]): Promise<ProgramResult> {
    this.onCall(words.join(' '));
    return this.rauc.run(words);
  }
}

/** RAUC mounts bundles: that takes root, loop devices, and for verity bundles the device mapper. */
export function whyNoRauc(): string | null {
  for (const program of ['rauc', 'mksquashfs', 'dbus-daemon']) {
    if (spawnSync(program, ['--version']).error !== undefined) return `${program} is not installed`;
  }
  if (process.getuid?.() !== 0) return 'bundles are mounted, which takes root';
  return spawnSync('losetup', ['--find']).status === 0 ? null : 'this machine has no loop devices';
}

const hasDeviceMapper = (): boolean => / device-mapper$/m.test(readFileSync('/proc/misc', 'utf8'));
const IMAGE_BYTES = 64 * 1024;

/** Before the real program and its service on a bus of their own, with plain files as the partitions of the two systems. */
export class RealRaucBox extends RaucBox {
  #bus: ChildProcess | null = null;
  #service: ChildProcess | null = null;
  #address = '';
  #booted = '';

  static async open(options: { readonly activatesInstalled?: boolean } = {}): Promise<RealRaucBox> {
    const box = new RealRaucBox();
    try {
      await box.#prepare(options.activatesInstalled ?? false);
      await box.reboot();
      return box;
    } catch (error) {
      await box.close();
      throw error;
    }
  }

  get running(): string {
    const said = readFileSync(join(this.folder, `${this.#booted}.img`))
      .subarray(0, 64)
      .toString();
    return /^system (\S+)/.exec(said)?.[1] ?? '1.0.0';
  }

  payload(version: string): Promise<ReleasePayload> {
    return Promise.resolve({ format: 'raucb', path: this.bundle(version, hasDeviceMapper() ? 'verity' : 'plain') });
  }

  /** Builds a signed bundle with the program that integrators use. */
  bundle(version: string, format: 'verity' | 'plain'): string {
    const path = join(this.folder, `${version}-${format}.raucb`);
    if (existsSync(path)) return path;
    const content = join(this.folder, `content-${version}-${format}`);
    mkdirSync(content);
    writeFileSync(
      join(content, 'rootfs.img'),
      Buffer.concat([Buffer.from(`system ${version} `), randomBytes(IMAGE_BYTES)]),
    );
    const manifest = ['[update]', 'compatible=TILL_T1', `version=${version}`, '[bundle]', `format=${format}`];
    writeFileSync(
      join(content, 'manifest.raucm'),
      [...manifest, '[image.rootfs]', 'filename=rootfs.img', ''].join('\n'),
    );
    const words = ['--cert', join(this.folder, 'cert.pem'), '--key', join(this.folder, 'key.pem'), 'bundle'];
    const { status, stderr } = spawnSync('rauc', [...words, content, path], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`rauc bundle failed: ${stderr}`);
    return path;
  }

  /** What the program says of a bundle where `bundle-formats=verity` stands, as on every box it should. */
  info(path: string): string {
    const file = join(this.folder, 'strict.conf');
    const conf = readFileSync(join(this.folder, 'system.conf'), 'utf8');
    writeFileSync(file, conf.replace(/^bundle-formats=.*$/m, 'bundle-formats=verity'));
    const words = [`--conf=${file}`, 'info', '--output-format=json', path];
    const { stdout, stderr } = spawnSync('rauc', words, { encoding: 'utf8' });
    return stdout + stderr;
  }

  override async close(): Promise<void> {
    await end(this.#service);
    await end(this.#bus);
    await super.close();
  }

  protected async reboot(): Promise<void> {
    await end(this.#service);
    this.#booted = this.loader.boot();
    const words = [`--conf=${join(this.folder, 'system.conf')}`, `--override-boot-slot=${this.#booted}`, 'service'];
    const service = spawn('rauc', words, { env: this.#environment(), stdio: 'ignore' });
    this.#service = service;
    while (service.exitCode === null) {
      if ((await this.run(['status'])).code === 0) return;
    }
    throw new Error(`the service of rauc ended with ${service.exitCode}`);
  }

  protected async run(words: readonly string[]): Promise<ProgramResult> {
    const child = spawn('rauc', [...words], { env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (more: string) => (text[stream] += more));
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, ...text };
  }

  #environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '/usr/bin',
      LC_ALL: 'C.UTF-8',
      DBUS_STARTER_BUS_TYPE: 'session',
      DBUS_SESSION_BUS_ADDRESS: this.#address,
    };
  }

  async #prepare(activatesInstalled: boolean): Promise<void> {
    const { folder, loader } = this;
    const { cert, key } = await selfSigned('CN=Till test vendor');
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'backend'), backendScript(loader.file));
    chmodSync(join(folder, 'backend'), 0o755);
    for (const name of ['A', 'B']) {
      writeFileSync(join(folder, `${name}.img`), 'system 1.0.0 ');
      truncateSync(join(folder, `${name}.img`), 4 * IMAGE_BYTES);
    }
    const slots = ['A', 'B'].map((name, index) =>
      [`[slot.rootfs.${index}]`, `device=${join(folder, `${name}.img`)}`, 'type=raw', `bootname=${name}`].join('\n'),
    );
    const lines = [
      ...['[system]', 'compatible=TILL_T1', 'bootloader=custom', `activate-installed=${activatesInstalled}`],
      ...[`bundle-formats=${hasDeviceMapper() ? 'verity' : 'plain verity'}`, `statusfile=${join(folder, 'status')}`],
      ...[`mountprefix=${join(folder, 'mnt')}`, '[keyring]', `path=${join(folder, 'cert.pem')}`],
      ...['[handlers]', `bootloader-custom-backend=${join(folder, 'backend')}`, ...slots, ''],
    ];
    writeFileSync(join(folder, 'system.conf'), lines.join('\n'));
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#bus = bus;
    const [address] = (await once(createInterface({ input: bus.stdout }), 'line')) as [string];
    this.#address = address;
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
