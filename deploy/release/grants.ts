import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import {
  grantBytes,
  grantKeysOf,
  grantListSchema,
  GRANTS_FILE,
  signedGrantSchema,
  signersOf,
  type Grant,
  type SignedGrant,
} from '../../actors/upgrade/release-grant.ts';
import type { PublishedRelease } from './repository.ts';
import type { SigningKey } from './signing-key.ts';

const DRAFT = 'draft/grant.json';
const KEPT_MAX = 32;
const DAY_MS = 86_400_000;

/** What a grant says beside its release. */
export interface GrantWords {
  readonly kind: Grant['kind'];
  readonly from: string | null;
  readonly hw: readonly string[];
  readonly days: number;
  readonly nowMs: number;
}

/** Puts a grant for a published release into the draft. @throws Error in words */
export function draftGrant(folder: string, release: PublishedRelease, words: GrantWords): void {
  const { kind, from, hw, days, nowMs } = words;
  if (kind === 'rollback' && from === null) throw new Error('a roll-back names the version that it leads away from');
  const { path, length, sha256, facts } = release;
  const expires = new Date(nowMs + days * DAY_MS).toISOString();
  const signed: Grant = { _type: 'grant', kind, from, hw: [...hw], expires, target: { path, length, sha256, facts } };
  replace(folder, DRAFT, { signed, signatures: [] });
}

/** Adds this key's signature to the draft; false when there is none, or the key is not one of those for releases. */
export function signGrant(folder: string, key: SigningKey): boolean {
  const draft = waiting(folder);
  const { keyid } = key.publicKey;
  if (draft === null || !grantKeys(folder).keys.has(keyid)) return false;
  const { sig } = key.sign(grantBytes(draft.signed));
  const others = draft.signatures.filter((one) => one.keyid !== keyid);
  replace(folder, DRAFT, { signed: draft.signed, signatures: [...others, { keyid, sig }] });
  return true;
}

/** Publishes the draft, when there is one. @throws Error that names how many signatures it has */
export function publishGrant(folder: string): boolean {
  const draft = waiting(folder);
  if (draft === null) return false;
  const keys = grantKeys(folder);
  const signers = signersOf(draft, keys);
  if (signers < keys.threshold) throw new Error(`the grant was signed by ${signers}/${keys.threshold} keys`);
  const path = join(folder, GRANTS_FILE);
  const before = existsSync(path) ? v.parse(grantListSchema, JSON.parse(readFileSync(path, 'utf8'))).grants : [];
  replace(folder, GRANTS_FILE, { grants: [draft, ...before].slice(0, KEPT_MAX) });
  rmSync(join(folder, DRAFT));
  return true;
}

const grantKeys = (folder: string) => grantKeysOf(readFileSync(join(folder, 'metadata/root.json')));

function waiting(folder: string): SignedGrant | null {
  const path = join(folder, DRAFT);
  return existsSync(path) ? v.parse(signedGrantSchema, JSON.parse(readFileSync(path, 'utf8'))) : null;
}

function replace(folder: string, name: string, content: object): void {
  writeFileSync(join(folder, `${name}.new`), `${JSON.stringify(content, null, 1)}\n`);
  renameSync(join(folder, `${name}.new`), join(folder, name));
}
