import { createPublicKey, verify } from 'node:crypto';
import * as v from 'valibot';
import { canonicalJson } from '../../fleet/contract/canonical-json.ts';
import { releaseFactsSchema, type ReleaseFacts, type ReleaseHome } from './release-facts.ts';

/** File of the repository that holds what was granted. */
export const GRANTS_FILE = 'grants.json';

/** The most that the file of grants may hold. */
export const GRANTS_BYTES_MAX = 256 * 1024;
const GRANTS_MAX = 32;

const hex = (least: number, most: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${least},${most}}$`)));

const signedSchema = v.object({
  _type: v.literal('grant'),
  /** `offline`: this release may come although the metadata has run out. `rollback`: it may follow a newer one. */
  kind: v.picklist(['offline', 'rollback']),
  /** The version that must run; null: any (never for a roll-back). */
  from: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  hw: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.minLength(1), v.maxLength(64)),
  expires: v.pipe(v.string(), v.isoTimestamp()),
  target: v.object({
    path: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.+-]{1,128}$/)),
    length: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    sha256: hex(64, 64),
    facts: releaseFactsSchema,
  }),
});
/** A release that may be installed although the rules say no: for these boxes, from this version, until then. */
export type Grant = v.InferOutput<typeof signedSchema>;

/** A grant with its signatures, by keys of the role `targets`. */
export const signedGrantSchema = v.object({
  signed: signedSchema,
  signatures: v.pipe(v.array(v.object({ keyid: hex(1, 128), sig: hex(1, 256) })), v.maxLength(16)),
});

/** A grant as it lies in the file. */
export type SignedGrant = v.InferOutput<typeof signedGrantSchema>;

/** The file of grants. Each is read by itself, so that one that is damaged hides no other. */
export const grantListSchema = v.object({ grants: v.pipe(v.array(v.unknown()), v.maxLength(GRANTS_MAX)) });

const rootSchema = v.object({
  signed: v.looseObject({
    keys: v.record(v.string(), v.looseObject({ keyval: v.looseObject({ public: v.string() }) })),
    roles: v.looseObject({
      targets: v.looseObject({ keyids: v.array(v.string()), threshold: v.pipe(v.number(), v.minValue(1)) }),
    }),
  }),
});

/** Keys of the role `targets` and how many of them must sign, from a root that was verified. */
export interface GrantKeys {
  readonly threshold: number;
  /** Raw Ed25519 keys in hexadecimal, by id. */
  readonly keys: ReadonlyMap<string, string>;
}

/** @throws Error when the root has another shape */
export function grantKeysOf(root: Uint8Array): GrantKeys {
  const { signed } = v.parse(rootSchema, JSON.parse(Buffer.from(root).toString('utf8')));
  const { keyids, threshold } = signed.roles.targets;
  const known = keyids.flatMap((keyid): [string, string][] => {
    const key = signed.keys[keyid]?.keyval.public;
    return key === undefined ? [] : [[keyid, key]];
  });
  return { threshold, keys: new Map(known) };
}

/** What is signed of a grant, to the byte. */
export function grantBytes(grant: Grant): Buffer {
  return Buffer.from(canonicalJson(grant), 'utf8');
}

/** How many different keys of the role signed it rightly. */
export function signersOf({ signed, signatures }: SignedGrant, { keys }: GrantKeys): number {
  const bytes = grantBytes(signed);
  const good = signatures.filter(({ keyid, sig }) => {
    const raw = keys.get(keyid);
    return raw !== undefined && isSigned(bytes, raw, sig);
  });
  return new Set(good.map(({ keyid }) => keys.get(keyid))).size;
}

function isSigned(bytes: Buffer, raw: string, sig: string): boolean {
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw, 'hex').toString('base64url') },
      format: 'jwk',
    });
    return verify(null, bytes, key, Buffer.from(sig, 'hex'));
  } catch {
    return false;
  }
}

/** Where and when a grant is to be used. */
export interface GrantUse {
  readonly kind: Grant['kind'];
  readonly home: ReleaseHome;
  readonly nowMs: number;
  /** The version that a job names; null: any. */
  readonly wanted: string | null;
}

/** The grants of the file that are signed by enough keys and are for this box, now. What is wrong is passed over. */
export function usableGrants(file: Uint8Array, keys: GrantKeys, use: GrantUse): readonly Grant['target'][] {
  const list = v.safeParse(grantListSchema, parsed(file));
  if (!list.success) return [];
  return list.output.grants.flatMap((one) => {
    const grant = v.safeParse(signedGrantSchema, one);
    if (!grant.success || signersOf(grant.output, keys) < keys.threshold) return [];
    return isFor(grant.output.signed, use) ? [grant.output.signed.target] : [];
  });
}

function isFor({ kind, from, hw, expires, target }: Grant, use: GrantUse): boolean {
  const { home, nowMs, wanted } = use;
  if (kind !== use.kind || Date.parse(expires) <= nowMs) return false;
  if (!hw.includes('*') && !hw.includes(home.hardware)) return false;
  if (!fitsBox(target.facts, home) || (wanted !== null && wanted !== target.facts.version)) return false;
  // A roll-back without the version that it leads away from could be shown again and again.
  return from === null ? kind === 'offline' : from === home.version;
}

const fitsBox = (facts: ReleaseFacts, { hardware, format = 'files' }: ReleaseHome): boolean =>
  facts.format === format && (facts.hw.includes('*') || facts.hw.includes(hardware));

function parsed(file: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(file).toString('utf8'));
  } catch {
    return null;
  }
}
