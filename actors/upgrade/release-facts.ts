import * as v from 'valibot';
import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';

const version = v.pipe(
  v.string(),
  v.regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[0-9A-Za-z.-]{1,32})?$/, 'must be like 1.2.3'),
);

/** What the signed metadata says of a release, in its target's `custom`. */
export const releaseFactsSchema = v.looseObject({
  version,
  /** Never lower than that of the release which runs. */
  rollbackIndex: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** `VENDOR_MODEL` of the boxes that it is for; `*`: all. */
  hw: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.minLength(1), v.maxLength(64)),
  /** What the target is: files for a slot, or a RAUC bundle. */
  format: v.optional(v.picklist(['files', 'raucb']), 'files'),
  /** The oldest version that it can follow; null: any. */
  minFrom: v.nullable(version),
  /** Patches by the SHA-256 of the release that they start from. */
  delta: v.record(
    v.string(),
    v.looseObject({
      path: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.+-]{1,200}$/)),
      /** SHA-256 of the release as it is laid out, which the patch must give. */
      layout: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    }),
  ),
  notes: v.optional(v.pipe(v.string(), v.maxLength(4000)), ''),
});

/** A release as the signed metadata describes it. */
export type ReleaseFacts = v.InferOutput<typeof releaseFactsSchema>;

/** Older first: by the three numbers; a version with a word behind them comes before the one without. */
export function compareVersions(one: string, other: string): number {
  const [numbers, word] = partsOf(one);
  const [otherNumbers, otherWord] = partsOf(other);
  for (let at = 0; at < 3; at++) {
    const difference = (numbers[at] ?? 0) - (otherNumbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (word === otherWord) return 0;
  if (word === '' || otherWord === '') return word === '' ? 1 : -1;
  return word < otherWord ? -1 : 1;
}

function partsOf(text: string): readonly [readonly number[], string] {
  const dash = text.indexOf('-');
  const numbers = dash < 0 ? text : text.slice(0, dash);
  return [numbers.split('.').map(Number), dash < 0 ? '' : text.slice(dash + 1)];
}

/** Where a release comes to run. */
export interface ReleaseHome {
  readonly version: string;
  readonly rollbackIndex: number;
  /** `VENDOR_MODEL`. */
  readonly hardware: string;
  /** What it is installed from; absent: files. */
  readonly format?: ReleaseFacts['format'];
}

const FORMATS = { files: 'files, and this box takes RAUC bundles', raucb: 'a RAUC bundle, and this box takes files' };

/** Why a release, however well signed, is nothing for this box; null: it may be installed. */
export function unfitness(facts: ReleaseFacts, home: ReleaseHome): UpgradeTrouble | null {
  const { version } = facts;
  if (!facts.hw.includes('*') && !facts.hw.includes(home.hardware))
    return new UpgradeTrouble('other-model', `${version} is not for ${home.hardware}`);
  if (facts.format !== (home.format ?? 'files'))
    return new UpgradeTrouble('other-format', `${version} is ${FORMATS[facts.format]}`);
  if (facts.rollbackIndex < home.rollbackIndex)
    return new UpgradeTrouble('must-not-return', `${version} is a release that must not come back`);
  if (facts.minFrom !== null && compareVersions(home.version, facts.minFrom) < 0)
    return new UpgradeTrouble('needs-earlier', `${version} needs ${facts.minFrom} first`);
  if (compareVersions(version, home.version) > 0) return null;
  return new UpgradeTrouble('not-newer', `${version} is not newer than ${home.version}`);
}
