import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeBundle } from '../../deploy/release/rauc-bundle.ts';
import {
  buildBundleRelease,
  buildRelease,
  formatOf,
  type BuiltRelease,
  type ReleaseWords,
} from '../../deploy/release/release-tasks.ts';
import type { ReleaseRepository } from '../../deploy/release/repository.ts';
import { need, Usage, type ReleaseOptions } from './release-options.ts';

/** `till release build`: files, a bundle, or the image of a system as a bundle, into the draft. @throws Error in words */
export function buildTask(repository: ReleaseRepository, options: ReleaseOptions): string {
  const words = wordsOf(options);
  const ways = [options.from, options.image, options.bundle].filter((way) => way !== undefined);
  if (ways.length > 1) throw new Usage('--from, --image and --bundle exclude each other');
  const isWhole = options.from === undefined && ways.length === 1;
  if (isWhole && options['patch-from'] !== undefined) throw new Usage('there are no patches between bundles');
  const { bytes, patches } = built(repository, options, words);
  const told = patches.map((patch) => `, ${patch.bytes} bytes from ${patch.from}`).join('');
  return `${words.version} is in the draft, ${bytes} bytes${told}; now sign it with both targets keys`;
}

function built(repository: ReleaseRepository, options: ReleaseOptions, words: ReleaseWords): BuiltRelease {
  const { bundle, image } = options;
  if (bundle !== undefined) return buildBundleRelease(repository, resolve(bundle), words);
  if (image !== undefined) return fromImage(repository, options, words);
  return buildRelease(repository, resolve(need(options, 'from')), words, patchesFrom(repository, options));
}

function wordsOf(options: ReleaseOptions): ReleaseWords {
  const version = need(options, 'version');
  if (!/^\d{1,9}$/.test(options['rollback-index'])) throw new Usage('--rollback-index must be a whole number');
  return {
    version,
    rollbackIndex: Number(options['rollback-index']),
    hw: options.hw.split(','),
    minFrom: options['min-from'] ?? null,
    notes: options.notes === undefined ? '' : readFileSync(options.notes, 'utf8'),
  };
}

function patchesFrom(repository: ReleaseRepository, { 'patch-from': said }: ReleaseOptions): readonly string[] {
  if (said !== 'all') return said === undefined ? [] : said.split(',');
  const published = repository.releases().filter(({ facts }) => formatOf(facts) === 'files');
  return published.map(({ facts }) => facts.version);
}

function fromImage(repository: ReleaseRepository, options: ReleaseOptions, words: ReleaseWords): BuiltRelease {
  const [model = '', ...more] = words.hw;
  const compatible = options.compatible ?? (more.length === 0 && model !== '*' ? model : null);
  if (compatible === null) throw new Usage('--compatible is required: --hw does not name one model');
  const folder = mkdtempSync(join(tmpdir(), 'till-bundle-'));
  try {
    const file = join(folder, 'release.raucb');
    makeBundle({
      image: resolve(need(options, 'image')),
      version: words.version,
      compatible,
      cert: placeOf(need(options, 'cert')),
      key: placeOf(need(options, 'key')),
      file,
    });
    return buildBundleRelease(repository, file, words);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file, or what a token keeps. */
const placeOf = (said: string): string => (said.startsWith('pkcs11:') ? said : resolve(said));
