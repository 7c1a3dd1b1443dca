import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import * as v from 'valibot';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import {
  compareVersions,
  releaseFactsSchema,
  unfitness,
  type ReleaseFacts,
  type ReleaseHome,
} from './release-facts.ts';
import { GRANTS_BYTES_MAX, GRANTS_FILE, grantKeysOf, usableGrants, type GrantUse } from './release-grant.ts';
import { metadataTrouble, MetadataWay, NOWHERE } from './metadata-way.ts';
import { SourceTrouble, type ReleaseSource } from './release-source.ts';

const ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
/** The target of a release: its packed files. */
const TARGET = /^[A-Za-z0-9_.+-]{1,128}$/;

/** A release whose metadata is verified: what is downloaded must have this length and this hash. */
export interface Offer {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly facts: ReleaseFacts;
  /** The same release as a patch against the one that runs; null: there is none. */
  readonly patch: ReleasePatch | null;
}

/** A signed target of its own. */
export interface ReleasePatch {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  /** SHA-256 of the release as it is laid out. */
  readonly layout: string;
}

/** What a repository's metadata is judged by: what was trusted before, this box, and what failed on it. */
export interface CheckOptions {
  readonly disk: Disk;
  /** Keeps the verified metadata from check to check, so that nothing older is ever believed. */
  readonly trusted: string;
  /** The root that the box was delivered with (JSON); needed for the first check. */
  readonly firstRoot: () => Uint8Array;
  readonly home: ReleaseHome;
  /** SHA-256 of releases that failed on this box. */
  readonly failed: readonly string[];
  /** SHA-256 of the release that runs, for a patch; null: it came with the box, or nothing is known of it. */
  readonly running: string | null;
  /** Which signed grants may be used; absent: none. */
  readonly grants?: GrantRules;
}

/** What a grant may excuse. */
export interface GrantRules {
  /** Metadata that has run out: on a stick, for terminals without network. */
  readonly offline: boolean;
  /** An older release than the one that runs: when somebody asks for it. */
  readonly rollback: boolean;
  readonly nowMs: number;
}

/**
 * Verifies the metadata of a repository, by TUF, and finds the newest release that fits this box; null when there is none.
 * `wanted`: the version that a job names.
 * @throws Error in words: unreachable, not signed as it must be, older than what was seen, expired
 */
export async function checkForRelease(
  options: CheckOptions,
  source: ReleaseSource,
  signal: AbortSignal,
  wanted: string | null = null,
): Promise<Offer | null> {
  // The client writes its files in place; so it works on copies, and what it verified is kept power-safe.
  const folder = mkdtempSync(join(tmpdir(), 'till-metadata-'));
  const way = new MetadataWay(source, signal);
  try {
    copyTrusted(options, folder);
    const updater = new Updater({ metadataDir: folder, metadataBaseUrl: `${NOWHERE}metadata`, fetcher: way });
    const granted = (kind: GrantUse['kind']): Promise<Offer | null> => {
      if (options.grants?.[kind] !== true) return Promise.resolve(null);
      return grantedOffer(options, source, { root: readFileSync(join(folder, 'root.json')), kind, wanted, signal });
    };
    try {
      await updater.refresh();
    } catch (error) {
      const offer = (await hasRunOut(error)) ? await granted('offline') : null;
      if (offer === null) throw way.trouble ?? metadataTrouble(error);
      return offer;
    } finally {
      // A root that was rotated to is kept even when something later is refused.
      for (const role of ROLES) keep(options, role, folder);
    }
    const back = await granted('rollback');
    if (back !== null) return back;
    const chosen = choose(options, await offersOf(updater, folder), wanted);
    return chosen === null ? null : { ...chosen, patch: await patchOf(updater, chosen.facts, options.running) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyTrusted({ disk, trusted, firstRoot }: CheckOptions, folder: string): void {
  disk.makeFolder(trusted);
  for (const role of ROLES) {
    const path = `${trusted}/${role}.json`;
    if (disk.exists(path)) writeFileSync(join(folder, `${role}.json`), disk.read(path));
    else if (role === 'root') writeFileSync(join(folder, 'root.json'), firstRoot());
  }
}

/** Every release of the verified metadata whose facts can be read. */
async function offersOf(updater: Updater, folder: string): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const path of targetsIn(join(folder, 'targets.json'))) {
    const info = await updater.getTargetInfo(path);
    const facts = v.safeParse(releaseFactsSchema, info?.custom);
    const sha256 = info?.hashes['sha256'];
    if (info === undefined || sha256 === undefined || !facts.success || !TARGET.test(path)) continue;
    offers.push({ path, length: info.length, sha256, facts: facts.output, patch: null });
  }
  return offers;
}

function choose({ home, failed }: CheckOptions, offers: readonly Offer[], wanted: string | null): Offer | null {
  if (wanted === null) {
    const fitting = offers.filter(({ sha256, facts }) => !failed.includes(sha256) && unfitness(facts, home) === null);
    return fitting.toSorted((one, other) => compareVersions(other.facts.version, one.facts.version))[0] ?? null;
  }
  const alike = offers.filter(({ facts }) => facts.version === wanted);
  const named = alike.find(({ facts }) => facts.format === (home.format ?? 'files')) ?? alike[0];
  if (named === undefined) throw new UpgradeTrouble('absent', `there is no signed release ${wanted}`);
  const trouble = unfitness(named.facts, home);
  if (trouble !== null) throw trouble;
  return named;
}

/** Whether everything is signed as it must be, and only too old; a root that ran out is never excused. */
async function hasRunOut(error: unknown): Promise<boolean> {
  const { ExpiredMetadataError } = await import('tuf-js/dist/error.js');
  return error instanceof ExpiredMetadataError && !error.message.toLowerCase().includes('root');
}

/** A release that a grant allows: never one that the rules for other models forbid, never an older one without saying so. */
async function grantedOffer(
  { home, grants }: CheckOptions,
  source: ReleaseSource,
  ask: {
    readonly root: Uint8Array;
    readonly kind: GrantUse['kind'];
    readonly wanted: string | null;
    readonly signal: AbortSignal;
  },
): Promise<Offer | null> {
  const { root, kind, wanted, signal } = ask;
  let file: Uint8Array;
  try {
    file = await source.read(GRANTS_FILE, GRANTS_BYTES_MAX, signal);
  } catch (error) {
    if (error instanceof SourceTrouble) return null;
    throw error;
  }
  const use = { kind, home, wanted, nowMs: grants?.nowMs ?? 0 };
  const targets = usableGrants(file, grantKeysOf(root), use);
  const fitting = kind === 'rollback' ? targets : targets.filter(({ facts }) => unfitness(facts, home) === null);
  const [target] = fitting.toSorted((one, other) => compareVersions(other.facts.version, one.facts.version));
  return target === undefined ? null : { ...target, patch: null };
}

/** The patch that the signed metadata names for what runs. */
async function patchOf(
  updater: Updater,
  { delta }: ReleaseFacts,
  running: string | null,
): Promise<ReleasePatch | null> {
  const named = running !== null && Object.hasOwn(delta, running) ? delta[running] : undefined;
  if (named?.layout === undefined) return null;
  const info = await updater.getTargetInfo(named.path);
  const sha256 = info?.hashes['sha256'];
  if (info === undefined || sha256 === undefined) return null;
  return { path: named.path, length: info.length, sha256, layout: named.layout };
}

/** Names only: what counts is asked of the verified metadata itself. */
function targetsIn(file: string): string[] {
  const { signed } = JSON.parse(readFileSync(file, 'utf8')) as { signed: { targets: Record<string, unknown> } };
  return Object.keys(signed.targets);
}

function keep({ disk, trusted }: CheckOptions, role: string, folder: string): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, `${role}.json`));
  } catch {
    return;
  }
  const path = `${trusted}/${role}.json`;
  if (disk.exists(path) && Buffer.compare(disk.read(path), bytes) === 0) return;
  const file = disk.open(`${path}.new`);
  try {
    file.truncate(0);
    file.write(bytes, 0);
    file.sync();
  } finally {
    file.close();
  }
  disk.rename(`${path}.new`, path);
  disk.syncFolder(trusted);
}
