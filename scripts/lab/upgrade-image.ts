import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStart, buildTree, DISK_DRIVERS, DRIVERS, kernelOf, makeDisk, placeProgram } from './guest-image.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Radio and access point have no part in an upgrade. */
const RADIO: readonly string[] = ['mac80211_hwsim', 'ccm', 'ctr', 'cmac'];
const MAPPER: readonly string[] = ['loop', 'squashfs', 'dm-mod', 'dm-verity'];
const SLOT_MEBIBYTES = 224;
/** As `system.conf` and the bundles say it. */
export const COMPATIBLE = 'TILL_T1';

const START = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r driver; do modprobe "$driver"; done </etc/drivers
name="$(sh /boot-loader start)" || { echo "lab: no system can be started"; poweroff -f; }
case "$name" in A) disk=/dev/vda ;; *) disk=/dev/vdc ;; esac
echo "lab: the boot loader starts $name"
mount -t ext4 -o ro "$disk" /system || reboot -f
umount /proc
exec switch_root /system /init "$name"
`;
const SYSTEM_CONF = `[system]
compatible=${COMPATIBLE}
bootloader=custom
activate-installed=false
bundle-formats=verity
statusfile=/data/rauc.status
mountprefix=/run/rauc
[keyring]
path=/etc/rauc/keyring.pem
[handlers]
bootloader-custom-backend=/usr/lib/rauc/boot-loader
[slot.rootfs.0]
device=/dev/vda
type=raw
bootname=A
[slot.rootfs.1]
device=/dev/vdc
type=raw
bootname=B
`;
const BUS_CONF = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <deny own="*"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <policy user="root">
    <allow own="de.pengutronix.rauc"/>
    <allow send_destination="de.pengutronix.rauc"/>
  </policy>
</busconfig>
`;
const REBOOT = '#!/bin/sh\nsync\nexec /bin/reboot -f\n';

/** What the boxes with RAUC are made of. */
export interface UpgradeParts {
  /** Debian's packages of the box, and those of RAUC. */
  readonly root: string;
  readonly raucRoot: string;
  /** Certificate (PEM) whose bundles the box takes. */
  readonly keyring: string;
  /** Where everything is built. */
  readonly work: string;
}

/** A kernel, and a start in memory that does what a boot loader does: it picks the system's disk. */
export function buildBoot({ root, work }: UpgradeParts): { readonly kernel: string; readonly initramfs: string } {
  const more = { 'boot-loader': join(PROJECT, 'scripts/lab/boot-loader.sh') };
  const initramfs = buildStart({ root, folder: work, drivers: DISK_DRIVERS, program: START, more });
  return { kernel: kernelOf(root), initramfs };
}

/** The image of a whole system with the terminal of this version, as a slot holds it. @returns its file */
export function buildSystem(parts: UpgradeParts, version: string): string {
  const { root, raucRoot, keyring, work } = parts;
  const folder = join(work, `system-${version}`);
  const bundle = join(folder, 'bundle');
  mkdirSync(folder, { recursive: true });
  const built = ['scripts/bundle.ts', '--out', join(bundle, 'till-terminal.cjs'), '--version', version];
  execFileSync(process.execPath, built, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  const grab = join(folder, 'till-grab');
  execFileSync('cc', ['-Os', '-o', grab, join(PROJECT, 'deploy/input/till-grab.c')]);
  const launcher = join(PROJECT, 'deploy/till-terminal');
  const init = join(PROJECT, 'scripts/lab/init.sh');
  const drivers = [...DRIVERS.filter((driver) => !RADIO.includes(driver)), ...MAPPER];
  const tree = buildTree({ root, bundle, launcher, node: process.execPath, grab, init }, folder, drivers);
  for (const name of ['etc/rauc', 'etc/dbus-1', 'usr/lib/rauc', 'mnt'])
    mkdirSync(join(tree, name), { recursive: true });
  placeProgram(raucRoot, tree, join(raucRoot, 'usr/bin/rauc'), 'usr/bin/rauc');
  placeProgram(raucRoot, tree, join(raucRoot, 'usr/bin/dbus-daemon'), 'usr/bin/dbus-daemon');
  placeProgram(raucRoot, tree, join(raucRoot, 'sbin/dmsetup'), 'usr/sbin/dmsetup');
  cpSync(join(PROJECT, 'scripts/lab/rauc-part.sh'), join(tree, 'etc/lab-part'));
  cpSync(join(PROJECT, 'scripts/lab/boot-loader.sh'), join(tree, 'usr/lib/rauc/boot-loader'));
  chmodSync(join(tree, 'usr/lib/rauc/boot-loader'), 0o755);
  writeFileSync(join(tree, 'etc/rauc/system.conf'), SYSTEM_CONF);
  writeFileSync(join(tree, 'etc/rauc/keyring.pem'), readFileSync(keyring));
  writeFileSync(join(tree, 'etc/dbus-1/system.conf'), BUS_CONF);
  writeFileSync(join(tree, 'etc/machine-id'), `${'7'.repeat(32)}\n`);
  writeFileSync(join(tree, 'usr/sbin/reboot-box'), REBOOT, { mode: 0o755 });
  const image = makeDisk(tree, join(work, `system-${version}.ext4`), { mebibytes: SLOT_MEBIBYTES, written: false });
  rmSync(folder, { recursive: true, force: true });
  return image;
}

/** The record of the boot loader as the box leaves its maker: system A is there, B was never filled. */
export function makeBootRecord(file: string): string {
  writeFileSync(file, Buffer.concat([Buffer.from('ORDER=A B\nA=3\nB=0\n'), Buffer.alloc(1 << 20)], 1 << 20));
  return file;
}
