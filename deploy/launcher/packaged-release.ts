import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ReleaseFile, Slots } from '../../hal/boot/contract.ts';

/** What the package that put a release onto the box says of it. */
const FACTS = 'release.json';
const ENTRY = 'till-terminal.cjs';
/** Installed once; they start releases and belong to none. */
const OUTSIDE: readonly string[] = [FACTS, 'till-launcher.cjs', 'till-terminal'];

/**
 * Puts the release that came with the box's package into slot a, so that a box without slots can be upgraded from its first start on.
 * @throws Error in words when the package is not whole, and what the disk throws
 */
export function installPackaged(slots: Slots, folder: string): void {
  const files = filesIn(folder);
  if (!files.some(({ path }) => path === ENTRY))
    throw new Error(`${folder} holds no ${ENTRY}: install the package again`);
  slots.install('a', { ...factsIn(folder), release: null, entry: ENTRY }, files);
}

function factsIn(folder: string): { readonly version: string; readonly rollbackIndex: number } {
  const facts: unknown = JSON.parse(readFileSync(join(folder, FACTS), 'utf8'));
  if (typeof facts === 'object' && facts !== null && 'version' in facts && 'rollbackIndex' in facts) {
    const { version, rollbackIndex } = facts;
    if (typeof version === 'string' && typeof rollbackIndex === 'number') return { version, rollbackIndex };
  }
  throw new Error(`${join(folder, FACTS)} must hold version and rollbackIndex: install the package again`);
}

function filesIn(folder: string): ReleaseFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(folder.length + 1).replaceAll(sep, '/'), file: path }))
    .filter(({ path }) => !OUTSIDE.includes(path))
    .map(({ path, file }) => ({ path, bytes: readFileSync(file) }));
}
