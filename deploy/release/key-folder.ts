import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseRole, RoleKeys } from './repository.ts';
import { SigningKey } from './signing-key.ts';

/** Root: two of three people. Targets: both of two. Snapshot and timestamp: a key each on the server. */
const PLAN: Readonly<Record<ReleaseRole, { readonly keys: number; readonly threshold: number }>> = {
  root: { keys: 3, threshold: 2 },
  targets: { keys: 2, threshold: 2 },
  snapshot: { keys: 1, threshold: 1 },
  timestamp: { keys: 1, threshold: 1 },
};

/** Makes every key of a new repository, a file `<role>-<n>.pem` each; each belongs with another person at once. */
export function createKeys(folder: string): RoleKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const of = (role: ReleaseRole) => ({
    keys: Array.from({ length: PLAN[role].keys }, (_, at) => {
      return SigningKey.create(join(folder, `${role}-${at + 1}.pem`)).publicKey;
    }),
    threshold: PLAN[role].threshold,
  });
  return { root: of('root'), targets: of('targets'), snapshot: of('snapshot'), timestamp: of('timestamp') };
}

/** Every key of the folder. @throws Error when it holds none */
export function readKeys(folder: string): readonly SigningKey[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.pem'));
  if (names.length === 0) throw new Error(`${folder} holds no key (.pem)`);
  return names.map((name) => SigningKey.read(join(folder, name)));
}
