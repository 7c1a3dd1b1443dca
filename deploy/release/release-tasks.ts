import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { createHash } from 'node:crypto';
import {
  layOut,
  packRelease,
  unpackLayout,
  unpackRelease,
  type PackedFile,
} from '../../actors/upgrade/release-package.ts';
import { makePatch } from '../../actors/upgrade/release-patch.ts';
import { releaseFactsSchema, type ReleaseFacts } from '../../actors/upgrade/release-facts.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import * as v from 'valibot';
import { bundleManifest } from './rauc-bundle.ts';
import type { PublishedRelease, ReleaseRepository, ReleaseRole, RoleKeys } from './repository.ts';
import type { PublicKey } from './signing-key.ts';

const ENTRY = 'till-terminal.cjs';
/** Installed once, never upgraded in place. */
const LAUNCHER = 'till-launcher.cjs';

/** What a release says of itself. */
export interface ReleaseWords {
  readonly version: string;
  readonly rollbackIndex: number;
  readonly hw: readonly string[];
  readonly minFrom: string | null;
  readonly notes: string;
}

/** What was put into the draft, bytes. */
export interface BuiltRelease {
  readonly bytes: number;
  readonly patches: readonly { readonly from: string; readonly bytes: number }[];
}

/**
 * Packs a built bundle and puts it into the draft, with a patch against each of the published releases that are named.
 * @throws Error in words
 */
export function buildRelease(
  repository: ReleaseRepository,
  from: string,
  words: ReleaseWords,
  patchesFrom: readonly string[] = [],
): BuiltRelease {
  const facts = factsOf(words, 'files');
  const files = filesIn(from);
  if (!files.some(({ path }) => path === ENTRY)) throw new Error(`${from} holds no ${ENTRY}: run npm run bundle first`);
  const release = { version: words.version, entry: ENTRY, files };
  const bytes = packRelease(release);
  const layout = layOut(release);
  const patches = patchesFrom.map((version) => patchFrom(repository, version, { version: words.version, layout }));
  const delta = Object.fromEntries(patches.map(({ of, path, layoutSha256 }) => [of, { path, layout: layoutSha256 }]));
  repository.add([
    { path: `till-${words.version}.zst`, bytes, custom: { ...facts, delta } },
    ...patches.map((patch) => ({ path: patch.path, bytes: patch.bytes, custom: { patchFrom: patch.from } })),
  ]);
  return { bytes: bytes.length, patches: patches.map((patch) => ({ from: patch.from, bytes: patch.bytes.length })) };
}

/**
 * Puts a RAUC bundle into the draft. It is signed twice: by whoever made it, for RAUC, and as a whole by the keys of `targets`. There are
 * no patches between bundles: a terminal fetches it whole.
 * @throws Error in words
 */
export function buildBundleRelease(repository: ReleaseRepository, file: string, words: ReleaseWords): BuiltRelease {
  const facts = factsOf(words, 'raucb');
  const bytes = readFileSync(file);
  const { version } = bundleManifest(bytes, file);
  if (version !== words.version) throw new Error(`${file} calls itself ${version}: RAUC would write that`);
  repository.add([{ path: `till-${words.version}.raucb`, bytes, custom: facts }]);
  return { bytes: bytes.length, patches: [] };
}

/** @throws Error that names what is wrong */
function factsOf(words: ReleaseWords, format: ReleaseFacts['format']): ReleaseFacts {
  const facts = v.safeParse(releaseFactsSchema, { ...words, format, delta: {} });
  if (facts.success) return facts.output;
  throw new Error(facts.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`).join('; '));
}

/** The release of this version that is made of files, or a bundle; undefined when there is none. */
export function publishedRelease(
  repository: ReleaseRepository,
  version: string,
  format: ReleaseFacts['format'] = 'files',
): PublishedRelease | undefined {
  return repository.releases().find(({ facts }) => facts.version === version && formatOf(facts) === format);
}

/** Releases of before there were bundles do not say it. */
export const formatOf = ({ format }: Partial<ReleaseFacts>): ReleaseFacts['format'] => format ?? 'files';

function patchFrom(
  repository: ReleaseRepository,
  version: string,
  newer: { readonly version: string; readonly layout: Buffer },
) {
  const older = publishedRelease(repository, version);
  if (older === undefined) throw new Error(`there is no published release ${version} to make a patch from`);
  const layoutSha256 = createHash('sha256').update(newer.layout).digest('hex');
  const bytes = makePatch(unpackLayout(repository.read(older)), newer.layout);
  return { of: older.sha256, from: version, path: `till-${newer.version}-from-${version}.patch`, bytes, layoutSha256 };
}

function filesIn(folder: string): PackedFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== LAUNCHER)
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(folder.length + 1).replaceAll(sep, '/'), bytes: readFileSync(path) };
    });
}

/** The first release of a box, before it leaves the factory: slot a, and a boot record that starts it. */
export function installFirst(repository: ReleaseRepository, folder: string, release: PublishedRelease): void {
  const disk = new NodeDisk();
  if (existsSync(join(folder, 'boot'))) throw new Error(`${folder} has a boot record: upgrade the terminal instead`);
  const { version, entry, files } = unpackRelease(repository.read(release));
  const { rollbackIndex } = release.facts;
  new SlotFolders({ disk, folder }).install('a', { version, release: release.sha256, rollbackIndex, entry }, files);
  new BootRecord({ disk, folder }).write({ active: 'a', trial: null, rolledBack: null, failed: [] });
}

/** The keys of a role with one of them replaced. @throws Error when the old one is none of them */
export function replaceKey(keys: RoleKeys, role: ReleaseRole, old: string, fresh: PublicKey): RoleKeys {
  const standing = keys[role];
  const found = standing.keys.filter(({ keyid }) => keyid.startsWith(old));
  const [gone] = found;
  if (old.length < 8 || found.length !== 1 || gone === undefined) {
    const known = standing.keys.map(({ keyid }) => keyid.slice(0, 16)).join(', ');
    throw new Error(`"${old}" names no key of ${role}; there is ${known}`);
  }
  return { ...keys, [role]: { ...standing, keys: standing.keys.map((key) => (key === gone ? fresh : key)) } };
}
