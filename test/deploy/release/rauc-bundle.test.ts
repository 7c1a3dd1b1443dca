import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleManifest, makeBundle } from '../../../deploy/release/rauc-bundle.ts';
import { buildBundleRelease } from '../../../deploy/release/release-tasks.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

const test = suite<{ folder: string; file: string }>('deploy/release/rauc-bundle');

test.before.each(async (world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-rauc-bundle-'));
  world.file = join(world.folder, 'release.raucb');
  const { cert, key } = await selfSigned('CN=Till test vendor');
  writeFileSync(join(world.folder, 'cert.pem'), cert);
  writeFileSync(join(world.folder, 'key.pem'), key);
  writeFileSync(join(world.folder, 'image'), randomBytes(20_000));
});
test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

const make = (folder: string, file: string, changed: Partial<Parameters<typeof makeBundle>[0]> = {}): void =>
  makeBundle({
    image: join(folder, 'image'),
    version: '1.2.3',
    compatible: 'BOARD_9',
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    file,
    ...changed,
  });

/** What RAUC, which trusts this certificate alone, says of a bundle. */
function judged(folder: string, file: string): { readonly isTaken: boolean; readonly said: string } {
  const words = [`--keyring=${join(folder, 'cert.pem')}`, 'info', '--output-format=json', file];
  const { status, stdout, stderr } = spawnSync('rauc', words, { encoding: 'utf8' });
  return { isTaken: status === 0, said: stdout + stderr };
}

test('what is shipped is a verity bundle: its signature encloses the root of the hashes, and RAUC takes it', ({
  folder,
  file,
}) => {
  make(folder, file);
  const { version, compatible, verityHash } = bundleManifest(readFileSync(file), file);
  assert.equal([version, compatible], ['1.2.3', 'BOARD_9']);
  assert.match(verityHash, /^[0-9a-f]{64}$/);
  const { isTaken, said } = judged(folder, file);
  assert.ok(isTaken, said);
  assert.match(said, /"version":"1\.2\.3"/);
});

test('a bundle that somebody else signed, or nobody, is refused by RAUC', async ({ folder, file }) => {
  const stranger = await selfSigned('CN=Somebody');
  writeFileSync(join(folder, 'other.cert.pem'), stranger.cert);
  writeFileSync(join(folder, 'other.key.pem'), stranger.key);
  make(folder, file, { cert: join(folder, 'other.cert.pem'), key: join(folder, 'other.key.pem') });
  assert.not.ok(judged(folder, file).isTaken);
  const missing = { key: join(folder, 'nobody.pem'), file: join(folder, 'unsigned.raucb') };
  assert.throws(() => make(folder, file, missing), /rauc bundle: .*failed to (?:parse|load)|rauc bundle: .*key/i);
});

test('a root of hashes that was changed no longer fits the signature', ({ folder, file }) => {
  make(folder, file);
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf('verity-hash=') + 'verity-hash='.length;
  bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;
  writeFileSync(file, bytes);
  const { isTaken, said } = judged(folder, file);
  assert.not.ok(isTaken);
  assert.match(said, /signature verification failed/);
});

test('a plain bundle, one without a signature and one of another version come into no draft', ({ folder, file }) => {
  const { repository } = new ReleaseWorkshop(folder);
  const words = { version: '1.2.3', rollbackIndex: 0, hw: ['*'], minFrom: null, notes: '' };
  make(folder, file);
  assert.throws(() => buildBundleRelease(repository, file, { ...words, version: '1.2.4' }), /calls itself 1\.2\.3/);
  assert.is(buildBundleRelease(repository, file, words).bytes, readFileSync(file).length);
  const bare = join(folder, 'bare');
  writeFileSync(bare, `hsqs${'\0'.repeat(4096)}`);
  assert.throws(() => buildBundleRelease(repository, bare, words), /bare is not signed/);
  writeFileSync(bare, 'hsqs');
  assert.throws(() => buildBundleRelease(repository, bare, words), /bare is not signed/);
  writeFileSync(bare, 'something else');
  assert.throws(() => buildBundleRelease(repository, bare, words), /bare is no RAUC bundle/);
  const content = join(folder, 'plain');
  mkdirSync(content);
  writeFileSync(join(content, 'rootfs.img'), 'system');
  const manifest = ['[update]', 'compatible=BOARD_9', 'version=1.2.3', '[image.rootfs]', 'filename=rootfs.img', ''];
  writeFileSync(join(content, 'manifest.raucm'), manifest.join('\n'));
  const plain = join(folder, 'plain.raucb');
  const signed = [`--cert=${join(folder, 'cert.pem')}`, `--key=${join(folder, 'key.pem')}`];
  assert.is(spawnSync('rauc', [...signed, 'bundle', content, plain]).status, 0);
  assert.throws(() => buildBundleRelease(repository, plain, words), /plain\.raucb is no verity bundle/);
});

test('a name that would be another line of the manifest is none', ({ folder, file }) => {
  assert.throws(() => make(folder, file, { compatible: 'A\nformat=plain' }), /cannot stand in a bundle/);
});

test.run();
