import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Kernel drivers of the box: each with whatever it depends on. */
export const DRIVERS: readonly string[] = [
  'virtio_pci',
  'virtio_blk',
  'virtio_net',
  '9pnet_virtio',
  '9p',
  'crc32c_generic',
  'ext4',
  'evdev',
  'usbhid',
  'hid-generic',
  'usblp',
  'dummy_hcd',
  'libcomposite',
  'usb_f_printer',
  'usb_f_hid',
  'snd-aloop',
  'bochs',
  'i6300esb',
  'softdog',
  'mac80211_hwsim',
  'ccm',
  'ctr',
  'cmac',
  'bridge',
];

const PROGRAMS: readonly (readonly [from: string, to: string])[] = [
  ['usr/bin/aplay', 'usr/bin/aplay'],
  ['usr/bin/amixer', 'usr/bin/amixer'],
  ['usr/sbin/hostapd', 'usr/sbin/hostapd'],
  ['sbin/wpa_supplicant', 'usr/sbin/wpa_supplicant'],
  ['sbin/wpa_cli', 'usr/sbin/wpa_cli'],
];

/** Paths of what the box boots. */
export interface GuestImage {
  readonly kernel: string;
  /** BusyBox and the drivers of the disk: it hands over to the system. */
  readonly initramfs: string;
  /** The box's system, a disk that is only read. */
  readonly system: string;
}

/** How large a disk is made, and whether it is written to. */
export interface DiskSize {
  readonly mebibytes: number;
  /** Not only read. */
  readonly written: boolean;
}

/** Drivers that the system's disk needs. */
export const DISK_DRIVERS: readonly string[] = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4'];
const FIRST_PROGRAM = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r driver; do modprobe "$driver"; done </etc/drivers
mount -t ext4 -o ro /dev/vda /system
umount /proc
exec switch_root /system /init
`;

const FOLDERS = 'bin dev proc sys run tmp data lab etc/till usr/bin usr/sbin usr/lib var'.split(' ');

/** Paths of what the box is made of. */
export interface GuestParts {
  /** Unpacked Debian packages. */
  readonly root: string;
  /** The built bundle. */
  readonly bundle: string;
  /** Its start script. */
  readonly launcher: string;
  readonly node: string;
  /** The built program that keeps input devices. */
  readonly grab: string;
  /** The script that starts the guest. */
  readonly init: string;
}

/** Builds what the box boots: the kernel as Debian made it, a small start in memory, and a disk with Node and the terminal. */
export function buildImage(parts: GuestParts, folder: string): GuestImage {
  const { root } = parts;
  const tree = buildTree(parts, folder);
  const system = makeDisk(tree, join(folder, 'system.ext4'), { mebibytes: 400, written: false });
  const initramfs = buildStart({ root, folder, drivers: DISK_DRIVERS, program: FIRST_PROGRAM });
  return { kernel: kernelOf(root), initramfs, system };
}

/** The files of the box's system. @returns their folder */
export function buildTree(parts: GuestParts, folder: string, drivers: readonly string[] = DRIVERS): string {
  const { root } = parts;
  const tree = join(folder, 'tree');
  rmSync(tree, { recursive: true, force: true });
  for (const name of FOLDERS) mkdirSync(join(tree, name), { recursive: true });
  const busybox = busyboxOf(root);
  cpSync(busybox, join(tree, 'bin/busybox'));
  const links = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of links) if (name !== 'busybox') symlinkSync('busybox', join(tree, 'bin', name));
  for (const [from, to] of PROGRAMS) placeProgram(root, tree, join(root, from), to);
  placeProgram(root, tree, join(root, 'usr/bin/aplay'), 'usr/bin/arecord');
  placeProgram(root, tree, parts.node, 'usr/bin/node');
  placeProgram(root, tree, parts.grab, 'usr/bin/till-grab');
  cpSync(join(root, 'usr/share/alsa'), join(tree, 'usr/share/alsa'), { recursive: true });
  cpSync(parts.bundle, join(tree, 'usr/lib/till'), { recursive: true });
  cpSync(parts.launcher, join(tree, 'usr/lib/till/till-terminal'));
  placeDrivers(root, tree, drivers);
  cpSync(parts.init, join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n');
  return tree;
}

/** What is started from memory, before there is a disk. */
interface StartParts {
  readonly root: string;
  readonly folder: string;
  readonly drivers: readonly string[];
  /** Text of the first program. */
  readonly program: string;
  /** Further programs, by the place where they go. */
  readonly more?: Readonly<Record<string, string>>;
}

/** A start in memory: BusyBox, drivers and a program that hands over to a system. @returns its file */
export function buildStart({ root, folder, drivers, program, more = {} }: StartParts): string {
  const tree = join(folder, 'first');
  rmSync(tree, { recursive: true, force: true });
  for (const name of ['bin', 'dev', 'proc', 'etc', 'system']) mkdirSync(join(tree, name), { recursive: true });
  cpSync(busyboxOf(root), join(tree, 'bin/busybox'));
  placeDrivers(root, tree, drivers);
  writeFileSync(join(tree, 'init'), program, { mode: 0o755 });
  for (const [to, from] of Object.entries(more)) cpSync(from, join(tree, to));
  return packInitramfs(tree, join(folder, 'initramfs.cpio'));
}

function busyboxOf(root: string): string {
  const busybox = [join(root, 'bin/busybox'), join(root, 'usr/bin/busybox')].find((path) => existsSync(path));
  if (busybox === undefined) throw new Error('busybox-static holds no busybox');
  return busybox;
}

/** Debian's kernel. */
export function kernelOf(root: string): string {
  const boot = join(root, 'boot');
  const kernel = readdirSync(boot).find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('the kernel package holds no vmlinuz');
  return join(boot, kernel);
}

/** @returns the file that it wrote */
export function packInitramfs(tree: string, file: string): string {
  execFileSync('sh', ['-c', 'find . | cpio -o -H newc --quiet -R 0:0 >"$1"', 'sh', file], { cwd: tree });
  return file;
}

/** A disk that holds a tree; one that is only read needs no journal. */
export function makeDisk(tree: string, file: string, { mebibytes, written }: DiskSize): string {
  rmSync(file, { force: true });
  const words = ['-q', '-F', '-d', tree, ...(written ? [] : ['-O', '^has_journal']), '-E', 'root_owner=0:0'];
  execFileSync('/sbin/mkfs.ext4', [...words, file, `${mebibytes}M`]);
  return file;
}

/** A program with the libraries that the loader would find for it: those of the packages first. */
export function placeProgram(root: string, tree: string, program: string, to: string): void {
  copyFileSync(program, join(tree, to));
  chmodSync(join(tree, to), 0o755);
  const own = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(root, path)).join(':');
  const shown = execFileSync('ldd', [program], { encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH: own } });
  for (const line of shown.split('\n')) {
    const [, library] = /(?:=> )?(\/\S+) \(0x/.exec(line) ?? [];
    if (library === undefined) continue;
    const target = basename(library).startsWith('ld-linux')
      ? `lib64/${basename(library)}`
      : `lib/x86_64-linux-gnu/${basename(library)}`;
    mkdirSync(dirname(join(tree, target)), { recursive: true });
    copyFileSync(library, join(tree, target));
  }
}

/** Puts kernel drivers, each with those it depends on, and their list into a tree. */
export function placeDrivers(root: string, tree: string, drivers: readonly string[]): void {
  const modules = join(root, 'lib/modules');
  const version = readdirSync(modules)[0];
  if (version === undefined) throw new Error('the kernel package holds no drivers');
  execFileSync('/sbin/depmod', ['-b', root, version], { stdio: 'pipe' });
  const list = readFileSync(join(modules, version, 'modules.dep'), 'utf8');
  const needs = new Map<string, string>(
    list.split('\n').map((line) => {
      const [path = '', others = ''] = line.split(':');
      return [path, others];
    }),
  );
  const nameOf = (path: string): string =>
    basename(path)
      .replace(/\.ko.*$/, '')
      .replaceAll('-', '_');
  const pathOf = new Map([...needs.keys()].map((path) => [nameOf(path), path]));
  const target = join(tree, 'lib/modules', version);
  for (const driver of drivers) {
    const path = pathOf.get(driver.replaceAll('-', '_'));
    // Built into this kernel.
    if (path === undefined) continue;
    const others = (needs.get(path) ?? '').split(/\s+/).filter((one) => one !== '');
    for (const file of [path, ...others]) {
      mkdirSync(dirname(join(target, file)), { recursive: true });
      cpSync(join(modules, version, file), join(target, file));
    }
  }
  for (const name of ['modules.builtin', 'modules.order']) cpSync(join(modules, version, name), join(target, name));
  execFileSync('/sbin/depmod', ['-b', tree, version], { stdio: 'pipe' });
  writeFileSync(join(tree, 'etc/drivers'), `${drivers.join('\n')}\n`);
}
