import { spawnSync } from 'node:child_process';
import { constants, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a bundle is made of. */
export interface BundleParts {
  /** The image of the whole system, which is written to a slot as it is. */
  readonly image: string;
  readonly version: string;
  /** As the boxes' `system.conf` says it. */
  readonly compatible: string;
  /** Certificate that signs, or a chain (PEM); boxes hold what it is trusted by. */
  readonly cert: string;
  /** Its key, PEM or a PKCS#11 URL. */
  readonly key: string;
  /** The bundle; must not be there yet. */
  readonly file: string;
}

/** What the signed part of a verity bundle says. */
export interface BundleManifest {
  readonly version: string;
  readonly compatible: string;
  /** Root of the tree of hashes: whatever block is changed, it no longer leads here. */
  readonly verityHash: string;
}

/** What every bundle begins with. */
const SQUASHFS = Buffer.from('hsqs');
/** The length of the signature stands in the last bytes, high byte first. */
const LENGTH_BYTES = 8;
const SIGNATURE_BYTES_MAX = 64 * 1024;
const NAME = /^[\w.+-]{1,64}$/;

/**
 * Makes a bundle with RAUC's own program: always in the format `verity`, whose blocks the kernel checks one by one while
 * they are read. In the older format `plain` the whole bundle is hashed first, and may be changed before it is read again.
 * @throws Error in words
 */
export function makeBundle({ image, version, compatible, cert, key, file }: BundleParts): void {
  for (const name of [version, compatible]) if (!NAME.test(name)) throw new Error(`"${name}" cannot stand in a bundle`);
  const content = mkdtempSync(join(dirname(file), 'content-'));
  try {
    copyFileSync(image, join(content, 'rootfs.img'), constants.COPYFILE_FICLONE);
    const lines = [
      ...['[update]', `compatible=${compatible}`, `version=${version}`, '[bundle]', 'format=verity'],
      ...['[image.rootfs]', 'filename=rootfs.img', ''],
    ];
    writeFileSync(join(content, 'manifest.raucm'), lines.join('\n'));
    const words = [`--cert=${cert}`, `--key=${key}`, 'bundle', content, file];
    const { status, stderr, error } = spawnSync('rauc', words, { encoding: 'utf8' });
    if (error !== undefined) throw new Error('rauc is needed to make a bundle: apt-get install rauc squashfs-tools');
    if (status !== 0) throw new Error(`rauc bundle: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  } finally {
    rmSync(content, { recursive: true, force: true });
  }
}

/**
 * Reads what the signature at the end of a bundle encloses. Whether it is valid is the box's to judge, which has the
 * certificates.
 * @throws Error that says why it is no bundle for a box
 */
export function bundleManifest(bytes: Buffer, name: string): BundleManifest {
  if (!bytes.subarray(0, SQUASHFS.length).equals(SQUASHFS)) throw new Error(`${name} is no RAUC bundle`);
  const end = bytes.length - LENGTH_BYTES;
  const length = end < SQUASHFS.length ? 0n : bytes.readBigUInt64BE(end);
  if (length === 0n || length > SIGNATURE_BYTES_MAX || length > end - SQUASHFS.length)
    throw new Error(`${name} is not signed`);
  const text = bytes.toString('latin1', end - Number(length), end);
  // A plain bundle's signature encloses nothing: its manifest is a file within.
  const value = (key: string): string | undefined => new RegExp(`\n${key}=([\\w.+-]+)\n`).exec(text)?.[1];
  const [version, compatible, verityHash] = [value('version'), value('compatible'), value('verity-hash')];
  if (value('format') !== 'verity' || version === undefined || compatible === undefined || verityHash === undefined)
    throw new Error(`${name} is no verity bundle: its manifest must say format=verity below [bundle], and a version`);
  return { version, compatible, verityHash };
}
