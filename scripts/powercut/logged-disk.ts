import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOGGER_SOURCE = fileURLToPath(new URL('./block-logger.c', import.meta.url));
const DISK_BYTES = 24 * 1024 * 1024;

/** This machine lacks something that a power cut needs; the message says what. */
export class CannotRun extends Error {}

/** Runs a system tool. @throws Error with what it said */
export function tool(file: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout.trim();
}

/** Why this machine cannot cut power; null when nothing speaks against a try. */
export function whyNot(): string | null {
  if (process.platform !== 'linux') return 'a Linux machine is needed';
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  for (const device of ['/dev/fuse', '/dev/loop-control']) if (!existsSync(device)) return `${device} is missing`;
  const tools = {
    cc: 'gcc',
    'pkg-config': 'pkg-config',
    fusermount3: 'fuse3',
    'mkfs.ext4': 'e2fsprogs',
    losetup: 'mount',
  };
  for (const [name, debianPackage] of Object.entries(tools)) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`]);
    if (found.status !== 0) return `${name} is missing (Debian package ${debianPackage})`;
  }
  const fuse = spawnSync('pkg-config', ['--exists', 'fuse3']);
  return fuse.status === 0 ? null : 'the headers of libfuse 3 are missing (Debian package libfuse3-dev)';
}

/** A new, empty ext4 file system. */
export function newDisk(folder: string): Buffer {
  const image = join(folder, 'new.img');
  const descriptor = openSync(image, 'w');
  writeSync(descriptor, Buffer.alloc(1), 0, 1, DISK_BYTES - 1);
  closeSync(descriptor);
  tool('mkfs.ext4', '-q', '-F', '-b', '4096', '-J', 'size=4', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
  return readFileSync(image);
}

/** An ext4 file system whose every write, flush and acknowledgement is logged in one order. */
export class LoggedDisk {
  /** Where the file system is mounted. */
  readonly path: string;
  /** What is written here becomes an acknowledgement. */
  readonly ackFile: string;
  readonly #fuse: string;
  readonly #log: string;
  readonly #loop: string;

  private constructor(folder: string, loop: string) {
    this.path = join(folder, 'file-system');
    this.#fuse = join(folder, 'fuse');
    this.ackFile = join(this.#fuse, 'ack');
    this.#log = join(folder, 'disk.log');
    this.#loop = loop;
  }

  /** Builds the logger, once a folder. @throws CannotRun */
  static build(folder: string): void {
    try {
      const flags = tool('pkg-config', '--cflags', '--libs', 'fuse3').split(/\s+/);
      tool('cc', '-O2', LOGGER_SOURCE, '-o', join(folder, 'block-logger'), ...flags);
    } catch (cause) {
      throw new CannotRun(`the block logger cannot be built: ${String(cause)}`, { cause });
    }
  }

  /** Mounts a disk with this content. @throws CannotRun when the machine forbids it */
  static mount(folder: string, content: Buffer): LoggedDisk {
    const image = join(folder, 'disk.img');
    const fuse = join(folder, 'fuse');
    const path = join(folder, 'file-system');
    for (const made of [fuse, path]) mkdirSync(made, { recursive: true });
    writeFileSync(image, content);
    try {
      tool(join(folder, 'block-logger'), image, join(folder, 'disk.log'), '-s', fuse);
    } catch (cause) {
      throw new CannotRun(`FUSE does not mount here: ${String(cause)}`, { cause });
    }
    let loop = '';
    try {
      loop = tool('losetup', '--find', '--show', join(fuse, 'disk'));
      tool('mount', '-t', 'ext4', '-o', 'commit=1,noatime', loop, path);
    } catch (cause) {
      if (loop !== '') tool('losetup', '--detach', loop);
      tool('fusermount3', '-u', fuse);
      throw new CannotRun(`a loop device does not mount here: ${String(cause)}`, { cause });
    }
    return new LoggedDisk(folder, loop);
  }

  /** Lets go of everything and gives the log. */
  unmount(): Buffer {
    tool('umount', this.path);
    tool('losetup', '--detach', this.#loop);
    tool('fusermount3', '-u', '-z', this.#fuse);
    return readFileSync(this.#log);
  }
}

/** Mounts what a power cut left, as the next start of the machine would, and unmounts it after the work. */
export async function withMounted<Result>(
  folder: string,
  medium: Buffer,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const image = join(folder, 'cut.img');
  const path = join(folder, 'cut');
  mkdirSync(path, { recursive: true });
  writeFileSync(image, medium);
  tool('mount', '-t', 'ext4', '-o', 'loop,noatime', image, path);
  try {
    return await work(path);
  } finally {
    tool('umount', path);
  }
}
