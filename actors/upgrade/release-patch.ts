import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { RELEASE_BYTES_MAX } from './release-package.ts';

const LEVEL = 19;
/** Two releases must fit into the window, or matches with the older one are lost; 2 ** 27 is what every decoder takes. */
const WINDOW_LOG_MAX = 27;
/** By which a release mostly grows at most; one that grows by more is put together from pieces. */
const GROWTH_BYTES = 256 * 1024;

/** A release as a patch against another one: zstd with the older one as its dictionary. Both as they are laid out. */
export function makePatch(older: Uint8Array, newer: Uint8Array): Buffer {
  const needed = Math.ceil(Math.log2(older.length + newer.length + 1));
  return zstdCompressSync(newer, {
    dictionary: Buffer.from(older),
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_windowLog]: Math.min(WINDOW_LOG_MAX, Math.max(17, needed)),
    },
  });
}

/**
 * The newer release from the older one.
 * @throws Error when the patch does not fit, or gives anything but what was signed
 */
export function applyPatch(older: Uint8Array, patch: Uint8Array, layoutSha256: string): Buffer {
  const newer = zstdDecompressSync(patch, {
    // Not a copy, and room for all of the newer release in one piece: on a small box each copy is a tenth of the memory.
    dictionary: Buffer.from(older.buffer, older.byteOffset, older.byteLength),
    chunkSize: Math.min(RELEASE_BYTES_MAX, older.length + GROWTH_BYTES),
    maxOutputLength: RELEASE_BYTES_MAX,
    params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
  });
  const sha256 = createHash('sha256').update(newer).digest('hex');
  if (sha256 !== layoutSha256) throw new Error('the patch does not give the release that was signed');
  return newer;
}
