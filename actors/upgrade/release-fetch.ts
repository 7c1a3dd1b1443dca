import type { Offer } from './release-check.ts';
import { downloadRelease, WrongRelease, type DownloadOptions } from './release-download.ts';
import { layOut, unpackLayout, type ReleasePackage } from './release-package.ts';
import { applyPatch } from './release-patch.ts';
import { SourceTrouble, type ReleaseSource } from './release-source.ts';

/** What a release is downloaded with, and what a patch is laid on. */
export interface FetchOptions {
  readonly download: DownloadOptions;
  /** What runs, read back from its slot; null when it is not known. */
  readonly running: () => Promise<ReleasePackage | null>;
  /** The patch is of no use: it is not tried again. */
  readonly onNoPatch: (reason: string) => void;
}

/**
 * A release of files as it is laid out: by a patch against the one that runs, or whole when there is none or it does not fit.
 * @throws WrongRelease, and what the line or the disk throws; what has arrived stays for the next attempt
 */
export async function fetchRelease(
  options: FetchOptions,
  offer: Offer,
  source: ReleaseSource,
  signal: AbortSignal,
): Promise<Buffer> {
  const { download, running, onNoPatch } = options;
  const { patch } = offer;
  if (patch !== null) {
    try {
      const path = await downloadRelease(download, patch, source, signal);
      const older = await running();
      if (older === null) throw new WrongRelease('what runs cannot be read back');
      return patched(layOut(older), download.disk.read(path), patch.layout);
    } catch (error) {
      // A line that broke is tried again where it was; the whole release would not come through it either.
      if (!(error instanceof WrongRelease) && !(error instanceof SourceTrouble && error.status === 404)) throw error;
      onNoPatch(error.message);
    }
  }
  return unpacked(download.disk.read(await downloadRelease(download, offer, source, signal)));
}

function unpacked(packed: Uint8Array): Buffer {
  try {
    return unpackLayout(packed);
  } catch (error) {
    throw new WrongRelease(error instanceof Error ? error.message : String(error));
  }
}

function patched(older: Buffer, patch: Uint8Array, layout: string): Buffer {
  try {
    return applyPatch(older, patch, layout);
  } catch (error) {
    throw new WrongRelease(error instanceof Error ? error.message : String(error));
  }
}
