import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's kernel, and the programs of a box with the libraries that only they need. */
const PACKAGES: readonly string[] = [
  'busybox-static',
  'alsa-utils',
  'libasound2',
  'libasound2-data',
  'hostapd',
  'wpasupplicant',
  'libnl-3-200',
  'libnl-genl-3-200',
  'libnl-route-3-200',
  'libdbus-1-3',
  'libpcsclite1',
  'libreadline8',
  'libtinfo6',
  'libsystemd0',
  'libssl3',
  'liblzma5',
  'libzstd1',
  'liblz4-1',
  'libcap2',
  'libgcrypt20',
  'libgpg-error0',
];

/** RAUC, the bus that it is called over, and the tool that shows what the device mapper holds; with their libraries. */
const RAUC_PACKAGES = (
  'rauc dbus-daemon dmsetup libapparmor1 libaudit1 libblkid1 libbrotli1 libcap-ng0 libcom-err2 libcurl3-gnutls ' +
  'libdevmapper1.02.1 libexpat1 libfdisk1 libffi8 libglib2.0-0 libgmp10 libgnutls30 libgssapi-krb5-2 libhogweed6 ' +
  'libidn2-0 libjson-glib-1.0-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 libmount1 ' +
  'libnettle8 libnghttp2-14 libp11-kit0 libpcre2-8-0 libpsl5 librtmp1 libsasl2-2 libselinux1 libssh2-1 libtasn1-6 ' +
  'libudev1 libunistring2 libuuid1 zlib1g libssl3 libsystemd0 libcap2 libgcrypt20 libgpg-error0 liblzma5 libzstd1 ' +
  'liblz4-1 libdbus-1-3'
).split(' ');

/** Programs of the host that the lab calls, by the Debian package that brings them. */
const PROGRAMS: readonly (readonly [program: string, debian: string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['cpio', 'cpio'],
  ['cc', 'gcc'],
  ['depmod', 'kmod'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['debugfs', 'e2fsprogs'],
  ['rsvg-convert', 'librsvg2-bin'],
  ['dpkg', 'dpkg'],
  ['apt-get', 'apt'],
];

/** What the lab needs and this machine lacks, each with its remedy. */
export function missingPrograms(more: readonly (readonly [program: string, debian: string])[] = []): string[] {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const has = (program: string): boolean => path.split(':').some((folder) => existsSync(join(folder, program)));
  return [...PROGRAMS, ...more]
    .filter(([program]) => !has(program))
    .map(([program, debian]) => `${program} is missing: apt-get install ${debian}`);
}

/** The newest plain kernel that Debian offers, e.g. `linux-image-6.1.0-50-amd64`. @throws Error without a package list */
function kernelPackage(): string {
  const shown = execFileSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' });
  const name = /Depends: (linux-image-\S+)/.exec(shown)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-amd64: run apt-get update');
  return name;
}

/** Fetches the packages once and unpacks them. @returns the folder that they are unpacked in */
export function fetchPackages(cache: string): string {
  return fetchOnce(cache, { root: 'root', downloads: 'packages' }, () => [kernelPackage(), ...PACKAGES]);
}

/** The same for what a box needs besides when RAUC writes its systems. */
export function fetchRauc(cache: string): string {
  return fetchOnce(cache, { root: 'rauc-root', downloads: 'rauc-packages' }, () => RAUC_PACKAGES);
}

/** Names of folders in the cache. */
interface CachePlaces {
  readonly root: string;
  readonly downloads: string;
}

function fetchOnce(cache: string, places: CachePlaces, packages: () => readonly string[]): string {
  const root = join(cache, places.root);
  if (existsSync(root)) return root;
  const downloads = join(cache, places.downloads);
  mkdirSync(downloads, { recursive: true });
  execFileSync('apt-get', ['download', ...packages()], { cwd: downloads, stdio: 'pipe' });
  const draft = `${root}.new`;
  rmSync(draft, { recursive: true, force: true });
  for (const file of readdirSync(downloads)) {
    if (file.endsWith('.deb')) execFileSync('dpkg', ['-x', join(downloads, file), draft], { stdio: 'pipe' });
  }
  renameSync(draft, root);
  return root;
}
