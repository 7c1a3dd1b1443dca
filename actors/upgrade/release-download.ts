import { createHash } from 'node:crypto';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Disk, DiskFile } from '../../hal/disk/contract.ts';
import type { ReleasePatch } from './release-check.ts';
import type { ReleaseSource } from './release-source.ts';
import { pause } from './time-window.ts';

/** Made durable this often: a power cut loses no more. */
const SYNC_BYTES = 1024 * 1024;

/** What arrived is not what was signed: trying again cannot help. */
export class WrongRelease extends UpgradeTrouble {
  override readonly name = 'WrongRelease';

  constructor(message: string) {
    super('tampered', message);
  }
}

/** Where a download goes, and how much of the line it may take. */
export interface DownloadOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly folder: string;
  /** Bytes a second that the shop's line gives away; null: all. */
  readonly bytesPerSecond: number | null;
  readonly onProgress: (done: number, total: number) => void;
}

/** A signed file of the repository. */
export type SignedFile = Omit<ReleasePatch, 'layout'>;

/** Hashed at a time: an image is larger than the memory, and sales go on between two pieces. */
const HASH_BYTES = 256 * 1024;
const HASH_PAUSE_MS = 1;

/**
 * Downloads a release into a file, from where an earlier attempt or process life stopped, and gives its path when length and hash
 * are those of the verified metadata. A file that turns out wrong is thrown away.
 * @throws Error in words; what has arrived stays for the next attempt
 */
export async function downloadRelease(
  options: DownloadOptions,
  offer: SignedFile,
  source: ReleaseSource,
  signal: AbortSignal,
): Promise<string> {
  const { disk, folder } = options;
  disk.makeFolder(folder);
  const name = `${offer.sha256}.part`;
  for (const other of disk.list(folder)) if (other !== name) disk.remove(`${folder}/${other}`);
  const path = `${folder}/${name}`;
  const file = disk.open(path);
  disk.syncFolder(folder);
  try {
    if (file.size() > offer.length) file.truncate(0);
    if (file.size() < offer.length) await fill(options, offer, source, signal, file);
    if (file.size() === offer.length && (await hashOf(options.clock, file, offer.length, signal)) === offer.sha256)
      return path;
  } finally {
    file.close();
  }
  disk.remove(path);
  disk.syncFolder(folder);
  throw new WrongRelease(`${offer.path} is not the release that was signed: its hash is another one`);
}

async function hashOf(clock: Clock, file: DiskFile, length: number, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < length; at += HASH_BYTES) {
    if (at > 0) await pause(clock, HASH_PAUSE_MS, signal);
    hash.update(file.readAt(Math.min(HASH_BYTES, length - at), at));
  }
  return hash.digest('hex');
}

async function fill(
  options: DownloadOptions,
  offer: SignedFile,
  source: ReleaseSource,
  signal: AbortSignal,
  file: DiskFile,
): Promise<void> {
  const { clock, bytesPerSecond, onProgress } = options;
  const opened = await source.open(`targets/${offer.sha256}.${offer.path}`, file.size(), signal);
  if (opened.from !== file.size()) file.truncate(opened.from);
  let at = opened.from;
  let unsynced = 0;
  const startedMs = clock.monotonicMs();
  onProgress(at, offer.length);
  for await (const chunk of opened.body as AsyncIterable<Buffer>) {
    if (at + chunk.length > offer.length) {
      file.truncate(0);
      throw new WrongRelease(`${offer.path} has more bytes than were signed`);
    }
    file.write(chunk, at);
    at += chunk.length;
    unsynced += chunk.length;
    if (unsynced >= SYNC_BYTES) {
      file.sync();
      unsynced = 0;
    }
    onProgress(at, offer.length);
    if (bytesPerSecond !== null) {
      const dueMs = startedMs + ((at - opened.from) / bytesPerSecond) * 1000;
      await pause(clock, dueMs - clock.monotonicMs(), signal);
    }
  }
  file.sync();
  if (at < offer.length)
    throw new UpgradeTrouble('network', `${offer.path} broke off after ${at} of ${offer.length} bytes`);
}
