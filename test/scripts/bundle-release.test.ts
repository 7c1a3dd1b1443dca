import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layOut, packRelease, type ReleasePackage } from '../../actors/upgrade/release-package.ts';
import { applyPatch, makePatch } from '../../actors/upgrade/release-patch.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
const ENTRY = 'till-terminal.cjs';
const test = suite('scripts/bundle-release');
const folder = mkdtempSync(join(tmpdir(), 'till-twice-'));

test.after(() => rmSync(folder, { recursive: true, force: true }));

async function build(name: string, version: string): Promise<ReleasePackage> {
  const out = join(folder, name);
  const words = ['scripts/bundle.ts', '--out', join(out, ENTRY), '--version', version];
  const bundler = spawn(process.execPath, words, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(bundler, 'exit')) as [number | null];
  assert.is(code, 0);
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'till-launcher.cjs')
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(out.length + 1), bytes: readFileSync(path) };
    });
  return { version, entry: ENTRY, files };
}

/** A word changed wherever the code has it, and the version: many small changes in one file, as a code-only upgrade makes them. */
function nextOf({ path, bytes }: ReleasePackage['files'][number]): ReleasePackage['files'][number] {
  if (path !== ENTRY) return { path, bytes };
  const text = Buffer.from(bytes).toString('utf8');
  assert.ok(text.includes('1.0.7001'));
  return { path, bytes: Buffer.from(text.replaceAll('1.0.7001', '1.0.7002').replaceAll('paid', 'Paid')) };
}

test('two builds of the same source are the same release, bill of materials and all; a code-only upgrade is a fiftieth', async () => {
  const [one, other] = [await build('a', '1.0.7001'), await build('b', '1.0.7001')];
  const next = { ...one, version: '1.0.7002', files: one.files.map(nextOf) };
  const hash = (release: ReleasePackage): string => createHash('sha256').update(layOut(release)).digest('hex');
  assert.is(hash(one), hash(other));
  const sbom = JSON.parse(
    Buffer.from(one.files.find(({ path }) => path.endsWith('.sbom.json'))?.bytes ?? []).toString(),
  ) as { components: { name: string; version: string; purl: string; hashes: object[] }[] };
  const names = sbom.components.map(({ name }) => name);
  for (const name of ['xstate', 'valibot', 'undici']) assert.ok(names.includes(name), `${name} in ${names.join(', ')}`);
  assert.ok(sbom.components.every(({ version, purl, hashes }) => purl.endsWith(`@${version}`) && hashes.length === 1));
  const patch = makePatch(layOut(one), layOut(next));
  const whole = packRelease(next);
  assert.equal(applyPatch(layOut(one), patch, hash(next)), layOut(next));
  assert.ok(patch.length <= whole.length * 0.02, `${patch.length} of ${whole.length} bytes`);
});

test.run();
