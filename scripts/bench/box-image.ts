import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDisk, packInitramfs, placeDrivers, placeProgram } from '../lab/guest-image.ts';

const INIT = fileURLToPath(new URL('./box-init.sh', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('../../deploy/till-terminal', import.meta.url));
const DRIVERS = { armv7: ['virtio_mmio'], x86: ['virtio_pci'] } as const;
const COMMON_DRIVERS = ['virtio_blk', 'virtio_net', 'crc32c_generic', 'ext4', 'zram'] as const;
/** BusyBox's names that the box uses. */
const APPLETS = [
  'sh',
  'mount',
  'umount',
  'cat',
  'chmod',
  'date',
  'dmesg',
  'grep',
  'ifconfig',
  'mkdir',
  'modprobe',
  'nc',
].concat(['pidof', 'route', 'sed', 'sleep', 'mkswap', 'swapon', 'switch_root', 'tail', 'tr']);
const NODE_PARTS = 'usr/share/nodejs';
const ARM_LIBRARIES = 'usr/lib/arm-linux-gnueabihf';
/** Everything in memory before the disk is there: its drivers and BusyBox. */
const FIRST_PROGRAM = `#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r driver; do modprobe "$driver"; done </etc/drivers
mount -t ext4 -o ro /dev/vda /system
umount /proc
umount /dev
exec switch_root /system /init
`;

/** The kinds of small machine. */
export type BoxKind = 'armv7' | 'x86';

/** Paths of what a small machine boots. */
export interface BoxImage {
  readonly kernel: string;
  readonly initramfs: string;
  readonly system: string;
}

/** What a small machine is made of. */
export interface BoxParts {
  readonly kind: BoxKind;
  /** Unpacked Debian packages. */
  readonly root: string;
  /** The built bundle. */
  readonly bundle: string;
  /** This machine's Node, for x86; on ARMv7 that of the packages runs. */
  readonly node: string;
}

/** Builds what a small machine boots. */
export function buildBoxImage({ kind, root, bundle, node }: BoxParts, folder: string): BoxImage {
  const busybox = ['bin/busybox', 'usr/bin/busybox'].map((path) => join(root, path)).find((path) => existsSync(path));
  const kernel = readdirSync(join(root, 'boot')).find((name) => name.startsWith('vmlinuz-'));
  if (busybox === undefined || kernel === undefined) throw new Error(`${root} holds no BusyBox or no kernel`);
  const system = treeIn(folder, 'box-system', busybox, ['data', 'sys', 'tmp', 'usr/bin', 'usr/lib', 'lib']);
  if (kind === 'armv7') placeArmNode(root, system);
  else placeProgram(root, system, node, 'usr/bin/node');
  cpSync(bundle, join(system, 'usr/lib/till'), { recursive: true });
  cpSync(LAUNCHER, join(system, 'usr/lib/till/till-terminal'));
  copyFileSync(INIT, join(system, 'init'));
  chmodSync(join(system, 'init'), 0o755);
  const first = treeIn(folder, 'box-first', busybox, ['system']);
  placeDrivers(root, first, [...DRIVERS[kind], ...COMMON_DRIVERS]);
  writeFileSync(join(first, 'init'), FIRST_PROGRAM, { mode: 0o755 });
  return {
    kernel: join(root, 'boot', kernel),
    initramfs: packInitramfs(first, join(folder, 'box.cpio')),
    system: makeDisk(system, join(folder, 'box-system.ext4'), { mebibytes: 400, written: false }),
  };
}

function treeIn(folder: string, name: string, busybox: string, folders: readonly string[]): string {
  const tree = join(folder, name);
  rmSync(tree, { recursive: true, force: true });
  for (const one of ['bin', 'dev', 'etc', 'proc', ...folders]) mkdirSync(join(tree, one), { recursive: true });
  copyFileSync(busybox, join(tree, 'bin/busybox'));
  chmodSync(join(tree, 'bin/busybox'), 0o755);
  for (const applet of APPLETS) symlinkSync('busybox', join(tree, 'bin', applet));
  return tree;
}

/** Debian's Node is one program and the shared libraries of its package's dependencies. */
function placeArmNode(root: string, tree: string): void {
  copyFileSync(join(root, 'usr/bin/node'), join(tree, 'usr/bin/node'));
  chmodSync(join(tree, 'usr/bin/node'), 0o755);
  // Parts of Node in JavaScript, which Debian keeps outside the program.
  cpSync(join(root, NODE_PARTS), join(tree, NODE_PARTS), { recursive: true, verbatimSymlinks: true });
  const libraries = join(tree, ARM_LIBRARIES);
  mkdirSync(libraries, { recursive: true });
  for (const name of readdirSync(join(root, ARM_LIBRARIES))) {
    if (/\.so(\.|$)/.test(name))
      cpSync(join(root, ARM_LIBRARIES, name), join(libraries, name), { verbatimSymlinks: true });
  }
  const loader = 'ld-linux-armhf.so.3';
  symlinkSync(join('/', ARM_LIBRARIES, loader), join(tree, 'lib', basename(loader)));
}
