import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { jsonProblem } from './json-bounds.ts';
import {
  PART_CHARACTERS_MAX,
  PARTS_MAX,
  SNAPSHOT_BYTES_MAX,
  snapshotSchema,
  type SnapshotPart,
  type TerminalSnapshot,
} from './snapshot.ts';

/** Base64 text of a part is whole groups of three bytes, so that parts can be joined as text. */
const PART_BYTES = (PART_CHARACTERS_MAX / 4) * 3;
const SNAPSHOT_DEPTH_MAX = 32;

/**
 * A snapshot as the packets that carry it.
 * @throws RangeError when it is larger than a snapshot may be
 */
export function snapshotParts(id: string, snapshot: TerminalSnapshot): SnapshotPart[] {
  const json = Buffer.from(JSON.stringify(snapshot), 'utf8');
  if (json.length > SNAPSHOT_BYTES_MAX) {
    throw new RangeError(`the snapshot takes ${json.length} bytes; ${SNAPSHOT_BYTES_MAX} are allowed`);
  }
  const bytes = gzipSync(json);
  const of = Math.ceil(bytes.length / PART_BYTES);
  if (of > PARTS_MAX) throw new RangeError(`the snapshot takes ${of} parts; ${PARTS_MAX} are allowed`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return Array.from({ length: of }, (_, i) => {
    const data = bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES).toString('base64');
    return { id, i, of, sha256, data };
  });
}

/** The snapshot that the parts make up, or in words why they make up none. */
export type JoinedSnapshot =
  { readonly ok: true; readonly snapshot: TerminalSnapshot } | { readonly ok: false; readonly why: string };

/** Collects the parts of one snapshot, in any order, repeated or not. Holds at most 64 parts. */
export class SnapshotJoiner {
  readonly #parts = new Map<number, string>();
  readonly #of: number;
  readonly #sha256: string;

  constructor(first: SnapshotPart) {
    this.#of = first.of;
    this.#sha256 = first.sha256;
    this.add(first);
  }

  /** False for a part that does not belong to the others: it is left out. */
  add(part: SnapshotPart): boolean {
    if (part.of !== this.#of || part.sha256 !== this.#sha256 || part.i >= part.of) return false;
    this.#parts.set(part.i, part.data);
    return true;
  }

  get complete(): boolean {
    return this.#parts.size === this.#of;
  }

  /** Checks hash, size and schema of the whole. Never throws. */
  join(): JoinedSnapshot {
    if (!this.complete) return { ok: false, why: `${this.#of - this.#parts.size} parts are missing` };
    const pieces = Array.from({ length: this.#of }, (_, i) => Buffer.from(this.#parts.get(i) ?? '', 'base64'));
    const bytes = Buffer.concat(pieces);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== this.#sha256) return { ok: false, why: 'the parts do not add up to their hash' };
    let value: unknown;
    try {
      value = JSON.parse(gunzipSync(bytes, { maxOutputLength: SNAPSHOT_BYTES_MAX }).toString('utf8'));
    } catch {
      return { ok: false, why: 'the parts are not the gzip of a JSON document of allowed size' };
    }
    const problem = jsonProblem(value, SNAPSHOT_DEPTH_MAX);
    if (problem !== null) return { ok: false, why: problem };
    const checked = v.safeParse(snapshotSchema, value);
    if (checked.success) return { ok: true, snapshot: checked.output };
    const keys = checked.issues.map((issue) => v.getDotPath(issue) ?? 'the whole');
    return { ok: false, why: `not a snapshot: ${keys.join(', ').slice(0, 400)}` };
  }
}
