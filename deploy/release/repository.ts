import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Metadata,
  MetadataKind,
  Signature,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import type { ReleaseFacts } from '../../actors/upgrade/release-facts.ts';
import type { PublicKey, SigningKey } from './signing-key.ts';

type Kinds = { root: Root; targets: Targets; snapshot: Snapshot; timestamp: Timestamp };
/** The roles of the repository; root and targets are kept off-line. */
export type ReleaseRole = keyof Kinds;

/** Roles whose next word waits for signatures. */
export type DraftRole = 'root' | 'targets';

type Fields = Parameters<typeof Metadata.fromJSON>[1];

const DAY_MS = 86_400_000;
/** How long each role's word holds. The timestamp is renewed every day, by a timer on the server. */
const LIFE_DAYS: Readonly<Record<ReleaseRole, number>> = { root: 3650, targets: 365, snapshot: 30, timestamp: 7 };
const SPEC = '1.0.31';

/** Keys of each role with the number of them that must sign. */
export type RoleKeys = Readonly<
  Record<ReleaseRole, { readonly keys: readonly PublicKey[]; readonly threshold: number }>
>;

/** A release as it is in the repository. */
export interface PublishedRelease {
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly sha256: string;
  readonly facts: ReleaseFacts;
}

/**
 * A TUF repository in a folder that any static HTTPS server can hand out: `metadata/`, `targets/`, and `draft/` for what still
 * waits for signatures.
 */
export class ReleaseRepository {
  readonly #folder: string;
  readonly #nowMs: () => number;

  constructor({ folder, nowMs }: { readonly folder: string; readonly nowMs: () => number }) {
    this.#folder = folder;
    this.#nowMs = nowMs;
  }

  /** Begins a repository: its first root and an empty list of releases, to be signed and published. */
  begin(keys: RoleKeys): void {
    if (existsSync(this.#path('metadata'))) throw new Error(`${this.#folder} is a repository already`);
    for (const name of ['metadata', 'targets', 'draft']) mkdirSync(this.#path(name), { recursive: true });
    this.#draft('root', rootOf(keys, 1, this.#expiry('root')));
    this.#draft('targets', this.#targetsOf(1, {}));
  }

  /** The next root with other keys; the old and the new root keys must sign it. */
  rotate(keys: RoleKeys): void {
    this.#draft('root', rootOf(keys, this.#published('root').signed.version + 1, this.#expiry('root')));
  }

  /** Keys and thresholds of the published root. */
  roleKeys(): RoleKeys {
    const { roles, keys } = this.#published('root').signed;
    const of = (role: ReleaseRole) => {
      const named = roles[role];
      const known = (named?.keyIDs ?? []).flatMap((keyid): PublicKey[] => {
        const raw = keys[keyid]?.keyVal['public'];
        return raw === undefined ? [] : [{ keyid, keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } }];
      });
      return { keys: known, threshold: named?.threshold ?? 1 };
    };
    return { root: of('root'), targets: of('targets'), snapshot: of('snapshot'), timestamp: of('timestamp') };
  }

  /** Puts files into `targets/` and names them in the draft of the next list of releases. */
  add(files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly custom: object }[]): void {
    const standing = this.#waiting('targets') ?? this.#published('targets');
    const isDraft = this.#waiting('targets') !== null;
    const listed = Object.values(standing.signed.targets).map((target) => [target.path, target.toJSON()] as const);
    const added = files.map(({ path, bytes, custom }) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      this.#replace(join('targets', `${sha256}.${path}`), bytes);
      return [path, { length: bytes.length, hashes: { sha256 }, custom }] as const;
    });
    const version = standing.signed.version + (isDraft ? 0 : 1);
    this.#draft('targets', this.#targetsOf(version, Object.fromEntries<object>([...listed, ...added])));
  }

  /** Adds this key's signature to every draft that its role signs; the roles it signed for. */
  sign(key: SigningKey): readonly ReleaseRole[] {
    const { keyid } = key.publicKey;
    const signed: ReleaseRole[] = [];
    for (const role of ['root', 'targets'] as const) {
      const draft = this.#waiting(role);
      if (draft === null) continue;
      const roots = [this.#waiting('root'), this.#has('root') ? this.#published('root') : null];
      if (!roots.some((root) => root?.signed.roles[role]?.keyIDs.includes(keyid) === true)) continue;
      draft.sign((data) => key.sign(data), true);
      this.#replace(`draft/${role}.json`, jsonOf(draft));
      signed.push(role);
    }
    return signed;
  }

  /** The very bytes of a draft that a token signs. @throws Error when there is no such draft */
  signingBytes(role: DraftRole): Buffer {
    let bytes = Buffer.alloc(0);
    this.#drafted(role).sign((data) => {
      bytes = Buffer.from(data);
      return new Signature({ keyID: '', sig: '' });
    }, true);
    return bytes;
  }

  /** Adds a signature that was made elsewhere. Whether it is right, `publish` finds out. @throws as `signingBytes` */
  attach(role: DraftRole, { keyid, sig }: { readonly keyid: string; readonly sig: string }): void {
    const draft = this.#drafted(role);
    draft.signatures[keyid] = new Signature({ keyID: keyid, sig });
    this.#replace(`draft/${role}.json`, jsonOf(draft));
  }

  #drafted(role: DraftRole): Metadata<Kinds[DraftRole]> {
    const draft = this.#waiting(role);
    if (draft === null) throw new Error(`there is no draft of ${role}`);
    return draft;
  }

  /**
   * Publishes what is signed by enough keys, and renews snapshot and timestamp.
   * @throws Error that names the role and the signatures it has
   */
  publish(online: readonly SigningKey[]): void {
    const root = this.#publishRoot();
    const targets = this.#waiting('targets');
    if (targets !== null) root.verifyDelegate('targets', targets);
    const list = targets ?? this.#published('targets');
    const version = (this.#has('snapshot') ? this.#published('snapshot').signed.version : 0) + 1;
    const snapshot = this.#online('snapshot', version, { meta: { 'targets.json': { version: list.signed.version } } });
    const stamp = (this.#has('timestamp') ? this.#published('timestamp').signed.version : 0) + 1;
    const timestamp = this.#online('timestamp', stamp, { meta: { 'snapshot.json': { version } } });
    for (const [role, metadata] of [
      ['snapshot', snapshot],
      ['timestamp', timestamp],
    ] as const) {
      for (const key of online) {
        if (root.signed.roles[role]?.keyIDs.includes(key.publicKey.keyid) === true) {
          metadata.sign((data) => key.sign(data), true);
        }
      }
      root.verifyDelegate(role, metadata);
    }
    // What is pointed to first, the pointer last: whoever reads in between sees the old state or the new one.
    if (targets !== null) this.#place('targets', targets);
    this.#place('snapshot', snapshot);
    this.#place('timestamp', timestamp);
  }

  /** The releases that terminals see. */
  releases(): readonly PublishedRelease[] {
    return Object.values(this.#published('targets').signed.targets)
      .filter(({ custom }) => 'version' in custom)
      .map(({ path, length, hashes, custom }) => {
        return { path, length, sha256: hashes['sha256'] ?? '', facts: custom as ReleaseFacts };
      });
  }

  /** The bytes of a published file. */
  read({ path, sha256 }: Pick<PublishedRelease, 'path' | 'sha256'>): Buffer {
    return readFileSync(this.#path(join('targets', `${sha256}.${path}`)));
  }

  /** Each role with its version, its end and the keys that signed it; drafts too. */
  inspect(): readonly {
    role: ReleaseRole;
    draft: boolean;
    version: number;
    expires: string;
    keyids: readonly string[];
  }[] {
    const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
    const all = [...roles.map((role) => [role, false] as const), ['root', true] as const, ['targets', true] as const];
    return all.flatMap(([role, draft]) => {
      const metadata = draft ? this.#waiting(role) : this.#has(role) ? this.#published(role) : null;
      if (metadata === null) return [];
      const { version, expires } = metadata.signed;
      return [{ role, draft, version, expires, keyids: Object.keys(metadata.signatures) }];
    });
  }

  /** The root that a box is delivered with. */
  rootFile(): string {
    return this.#path('metadata/root.json');
  }

  #publishRoot(): Metadata<Root> {
    const next = this.#waiting('root');
    if (next === null) return this.#published('root');
    if (this.#has('root')) this.#published('root').verifyDelegate('root', next);
    next.verifyDelegate('root', next);
    this.#place('root', next);
    return next;
  }

  #online<Role extends 'snapshot' | 'timestamp'>(role: Role, version: number, more: object): Metadata<Kinds[Role]> {
    const signed = { _type: role, spec_version: SPEC, version, expires: this.#expiry(role), ...more };
    return metadataOf(role, { signed, signatures: [] });
  }

  #targetsOf(version: number, targets: object): Fields {
    const signed = { _type: 'targets', spec_version: SPEC, version, expires: this.#expiry('targets'), targets };
    return { signed, signatures: [] } as unknown as Fields;
  }

  #expiry(role: ReleaseRole): string {
    return new Date(this.#nowMs() + LIFE_DAYS[role] * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  #draft<Role extends 'root' | 'targets'>(role: Role, fields: Fields): void {
    this.#replace(`draft/${role}.json`, jsonOf(metadataOf(role, fields)));
  }

  #waiting<Role extends ReleaseRole>(role: Role): Metadata<Kinds[Role]> | null {
    const path = this.#path(`draft/${role}.json`);
    return existsSync(path) ? metadataOf(role, JSON.parse(readFileSync(path, 'utf8')) as Fields) : null;
  }

  #published<Role extends ReleaseRole>(role: Role): Metadata<Kinds[Role]> {
    return metadataOf(role, JSON.parse(readFileSync(this.#path(`metadata/${role}.json`), 'utf8')) as Fields);
  }

  #has(role: ReleaseRole): boolean {
    return existsSync(this.#path(`metadata/${role}.json`));
  }

  #place(role: ReleaseRole, metadata: Metadata<Kinds[ReleaseRole]>): void {
    const text = jsonOf(metadata);
    if (role !== 'timestamp') this.#replace(`metadata/${metadata.signed.version}.${role}.json`, text);
    this.#replace(`metadata/${role}.json`, text);
    rmSync(this.#path(`draft/${role}.json`), { force: true });
  }

  #replace(name: string, content: string | Uint8Array): void {
    writeFileSync(`${this.#path(name)}.new`, content);
    renameSync(`${this.#path(name)}.new`, this.#path(name));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function rootOf(roles: RoleKeys, version: number, expires: string): Fields {
  const all = Object.values(roles).flatMap(({ keys }) => keys);
  const signed = {
    _type: 'root',
    spec_version: SPEC,
    version,
    expires,
    consistent_snapshot: true,
    keys: Object.fromEntries(all.map(({ keyid, ...key }) => [keyid, key])),
    roles: Object.fromEntries(
      Object.entries(roles).map(([role, { keys, threshold }]) => [
        role,
        { keyids: keys.map(({ keyid }) => keyid), threshold },
      ]),
    ),
  };
  return { signed, signatures: [] };
}

function metadataOf<Role extends ReleaseRole>(role: Role, fields: Fields): Metadata<Kinds[Role]> {
  const read = {
    root: () => Metadata.fromJSON(MetadataKind.Root, fields),
    targets: () => Metadata.fromJSON(MetadataKind.Targets, fields),
    snapshot: () => Metadata.fromJSON(MetadataKind.Snapshot, fields),
    timestamp: () => Metadata.fromJSON(MetadataKind.Timestamp, fields),
  }[role]();
  return read as Metadata<Kinds[Role]>;
}

const jsonOf = (metadata: { toJSON(): object }): string => `${JSON.stringify(metadata.toJSON(), null, 1)}\n`;
