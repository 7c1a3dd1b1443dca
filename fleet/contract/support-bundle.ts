import * as v from 'valibot';
import { anyObject, instantMs, text, token, whole } from './bounded-fields.ts';
import { jsonProblem } from './json-bounds.ts';
import { snapshotSchema } from './snapshot.ts';

/** A support bundle as a file: UTF-8 JSON. */
export const BUNDLE_BYTES_MAX = 8 * 1024 * 1024;
/** Entries of the journal in a bundle. */
export const BUNDLE_ENTRIES_MAX = 1000;
const BUNDLE_DEPTH_MAX = 64;

const FINDING_STATES = ['ok', 'warning', 'failing', 'unknown'] as const;

/** One thing that `till doctor` looked at. `unknown`: it could not be looked at from here. */
const findingSchema = v.looseObject({
  check: v.pipe(token(48, 'What was looked at, e.g. `data-folder`, `clock`, `domain:pay.qcloud.com`.')),
  state: v.picklist(FINDING_STATES),
  what: text(512, 'What was found, in words.'),
  remedy: v.pipe(v.nullable(text(512, 'What to do about it, in words; null: nothing.'))),
});

/** The report of `till doctor`: what it prints with `--json` and what a bundle holds. */
export const doctorReportSchema = v.looseObject({
  at: instantMs('When, epoch ms.'),
  sw: text(64, 'Version of the software.'),
  ok: v.pipe(v.boolean(), v.description('Nothing is failing.')),
  findings: v.pipe(v.array(findingSchema), v.maxLength(128)),
});

const entrySchema = v.looseObject({
  s: whole('Sequence.', 1),
  t: instantMs('When it happened, epoch ms.'),
  type: token(48, 'Type of the fact.'),
  d: anyObject(64, 'The fact’s fields, by the terminal’s allow-list.'),
});

/**
 * The file that `till doctor --bundle FILE` writes on a terminal and that the console opens off-line: everything support asks for
 * first. Secrets are masked on the terminal. A part that could not be had is null, and `missing` says why.
 */
export const supportBundleSchema = v.looseObject({
  is: v.literal('till-support-bundle'),
  v: v.literal(1),
  at: instantMs('When it was made, epoch ms.'),
  tid: v.nullable(text(64, 'Id in the fleet; null without one.')),
  sn: text(64, 'Serial number.'),
  versions: v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(32)), v.pipe(v.string(), v.maxLength(128))),
    v.maxEntries(32),
    v.description('Versions by name: `till`, `node`, `os`, `arch`, ….'),
  ),
  doctor: doctorReportSchema,
  snapshot: v.nullable(snapshotSchema),
  journal: v.pipe(
    v.array(entrySchema),
    v.maxLength(BUNDLE_ENTRIES_MAX),
    v.description('The last facts, oldest first.'),
  ),
  configuration: v.pipe(
    v.nullable(anyObject(64, 'The configuration file in force, section by section.')),
    v.description('Texts that could be secret are masked.'),
  ),
  missing: v.pipe(
    v.array(v.looseObject({ part: token(32, 'Name of the part.'), why: text(512, 'Why it is not there.') })),
    v.maxLength(8),
  ),
});

/** One thing that `till doctor` looked at, and what to do about it. */
export type DoctorFinding = v.InferOutput<typeof findingSchema>;

/** Everything that `till doctor` looked at. */
export type DoctorReport = v.InferOutput<typeof doctorReportSchema>;

/** The content of a bundle file. */
export type SupportBundle = v.InferOutput<typeof supportBundleSchema>;

/** A bundle, or in words why the file is none. */
export type ReadBundle =
  { readonly ok: true; readonly bundle: SupportBundle } | { readonly ok: false; readonly why: string };

/** Reads the text of a bundle file, in a browser too. Never throws; `why` quotes nothing of the file. */
export function readSupportBundle(file: string): ReadBundle {
  if (file.length > BUNDLE_BYTES_MAX)
    return { ok: false, why: `a support bundle holds ${BUNDLE_BYTES_MAX} bytes at most` };
  let value: unknown;
  try {
    value = JSON.parse(file);
  } catch {
    return { ok: false, why: 'the file is not JSON: it was cut off, or is something else' };
  }
  const problem = jsonProblem(value, BUNDLE_DEPTH_MAX);
  if (problem !== null) return { ok: false, why: problem };
  const checked = v.safeParse(supportBundleSchema, value);
  if (checked.success) return { ok: true, bundle: checked.output };
  const keys = checked.issues.map((issue) => v.getDotPath(issue) ?? 'the whole');
  return { ok: false, why: `not a support bundle: ${keys.join(', ').slice(0, 400)}` };
}
