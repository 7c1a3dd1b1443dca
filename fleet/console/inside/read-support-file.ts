import * as v from 'valibot';
import { jsonProblem } from '../../contract/json-bounds.ts';
import { SNAPSHOT_BYTES_MAX, snapshotSchema, type TerminalSnapshot } from '../../contract/snapshot.ts';
import { BUNDLE_BYTES_MAX, readSupportBundle, type SupportBundle } from '../../contract/support-bundle.ts';

const SNAPSHOT_DEPTH_MAX = 64;
/** The most that any file of support holds; a larger one is not even read. */
export const FILE_BYTES_MAX = Math.max(BUNDLE_BYTES_MAX, SNAPSHOT_BYTES_MAX);

/** A file as the console shows it: a whole bundle, or a snapshot alone. */
export interface SupportFile {
  readonly bundle: SupportBundle | null;
  readonly snapshot: TerminalSnapshot | null;
}

/** A file of support, or in words why it is none. */
export type ReadFile = { readonly ok: true; readonly file: SupportFile } | { readonly ok: false; readonly why: string };

/** Reads what `till doctor --bundle` or `till snapshot` wrote. Never throws; a file that is neither says why. */
export function readSupportFile(text: string): ReadFile {
  const read = readSupportBundle(text);
  if (read.ok) return { ok: true, file: { bundle: read.bundle, snapshot: read.bundle.snapshot } };
  let value: unknown;
  try {
    value = text.length > SNAPSHOT_BYTES_MAX ? null : JSON.parse(text);
  } catch {
    return { ok: false, why: read.why };
  }
  // A file that calls itself a bundle is told what is wrong with it as one.
  const isBundle = typeof value === 'object' && value !== null && 'is' in value;
  if (isBundle || jsonProblem(value, SNAPSHOT_DEPTH_MAX) !== null) return { ok: false, why: read.why };
  const snapshot = v.safeParse(snapshotSchema, value);
  return snapshot.success
    ? { ok: true, file: { bundle: null, snapshot: snapshot.output } }
    : { ok: false, why: read.why };
}
