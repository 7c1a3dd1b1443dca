import { readFileSync } from 'node:fs';

/** Set by the bundler: a bundle has no package.json beside it. */
declare const TILL_VERSION: string | undefined;

/** The version of this release. */
export function versionOfTill(): string {
  if (typeof TILL_VERSION === 'string') return TILL_VERSION;
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json has no version');
}
