import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as v from 'valibot';

/** Bytes of a release with everything in it, unpacked. */
export const RELEASE_BYTES_MAX = 64 * 1024 * 1024;
const HEADER_BYTES_MAX = 1024 * 1024;
const FILES_MAX = 5000;
/** Unpacked at a time, and twice the packed release at least: mostly the whole in one piece, without a second copy. */
const PIECE_BYTES = 64 * 1024;
const LEVEL = 19;
const PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9_@+.-]{1,100}(?:\/[A-Za-z0-9_@+.-]{1,100}){0,8}$/;

/** One file of a release; the path is relative to the slot and never leads out of it. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a release says of itself, beside its files. */
export interface ReleasePackage {
  readonly version: string;
  /** The program that the launcher starts. */
  readonly entry: string;
  readonly files: readonly PackedFile[];
}

const headerSchema = v.object({
  till: v.literal(1),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  entry: v.pipe(v.string(), v.regex(PATH)),
  files: v.pipe(
    v.array(
      v.object({
        path: v.pipe(v.string(), v.regex(PATH)),
        size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(RELEASE_BYTES_MAX)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      }),
    ),
    v.minLength(1),
    v.maxLength(FILES_MAX),
  ),
});

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * One line of JSON, then the files one after the other, not yet compressed. The same files give the same bytes, in whatever order they come:
 * no times, owners or modes.
 */
export function layOut({ version, entry, files }: ReleasePackage): Buffer {
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const header = {
    till: 1,
    version,
    entry,
    files: sorted.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256Of(bytes) })),
  };
  const checked = v.safeParse(headerSchema, header);
  if (!checked.success) throw new Error(`this cannot be a release: ${wordsOf(checked.issues)}`);
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`, 'utf8'), ...sorted.map(({ bytes }) => bytes)]);
}

/** The release as it is published: laid out and compressed. */
export function packRelease(release: ReleasePackage): Buffer {
  return zstdCompressSync(layOut(release), { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
}

/**
 * The files of a packed release, each checked.
 * @throws Error in words when it is not a whole release
 */
export function unpackRelease(packed: Uint8Array): ReleasePackage {
  return readLayout(unpackLayout(packed));
}

/** A packed release as it was laid out. @throws Error when it is no such thing, or larger than a release may be */
export function unpackLayout(packed: Uint8Array): Buffer {
  const chunkSize = Math.min(RELEASE_BYTES_MAX, Math.max(PIECE_BYTES, packed.length * 2));
  return zstdDecompressSync(packed, { chunkSize, maxOutputLength: RELEASE_BYTES_MAX });
}

/**
 * The files of a release as it was laid out, each checked.
 * @throws Error in words when it is not a whole release
 */
export function readLayout(bytes: Buffer): ReleasePackage {
  const end = bytes.subarray(0, HEADER_BYTES_MAX).indexOf(0x0a);
  if (end < 0) throw new Error('the release has no header');
  const header = v.safeParse(headerSchema, JSON.parse(bytes.toString('utf8', 0, end)));
  if (!header.success) throw new Error(`the header of the release is wrong: ${wordsOf(header.issues)}`);
  const { version, entry, files } = header.output;
  let at = end + 1;
  const unpacked = files.map(({ path, size, sha256 }) => {
    const content = bytes.subarray(at, at + size);
    at += size;
    if (sha256Of(content) !== sha256) throw new Error(`${path} of the release is not whole`);
    return { path, bytes: content };
  });
  if (at !== bytes.length) throw new Error('the release has bytes that belong to no file');
  if (new Set(files.map(({ path }) => path)).size !== files.length) throw new Error('the release has a file twice');
  if (!files.some(({ path }) => path === entry)) throw new Error(`the release has no ${entry} to start`);
  return { version, entry, files: unpacked };
}

function wordsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'header'}: ${issue.message}`).join('; ');
}
