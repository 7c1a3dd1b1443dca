import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { releaseCommand } from '../../../bin/commands/release.ts';
import { readPublicKey } from '../../../deploy/release/signing-key.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { selfSigned } from '../../support/self-signed.ts';

const test = suite<{ folder: string }>('bin/commands/release');

test.before.each((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-release-'));
  mkdirSync(join(world.folder, 'dist/clips'), { recursive: true });
  writeFileSync(join(world.folder, 'dist/till-terminal.cjs'), 'program');
  writeFileSync(join(world.folder, 'dist/clips/one.wav'), 'one');
});
test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

async function release(folder: string, words: string) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr, env: {}, signal: new AbortController().signal };
  const argv = words.split(' ').map((word) => word.replace('@', `${folder}/`));
  const code = await releaseCommand.run([...argv, '--repo', join(folder, 'repo')], io);
  return { code, said: String(stdout.read() ?? ''), complained: String(stderr.read() ?? '') };
}

const BUILD = 'build --from @dist --version 1.2.3 --rollback-index 4 --hw TILL_T1';

test('a release goes from the first key to the slot of a box', async ({ folder }) => {
  for (const words of [
    'init --keys @keys',
    BUILD,
    'sign --key @keys/targets-1.pem',
    'sign --key @keys/targets-2.pem',
    'publish --keys @keys',
    'install --folder @box',
  ]) {
    const { code, complained } = await release(folder, words);
    assert.is(code, 0, `${words}: ${complained}`);
  }
  const { said } = await release(folder, 'inspect');
  assert.match(said, /1\.2\.3 {2}index 4 {2}for TILL_T1/);
  assert.match(said, /targets {10}2 {2}until/);
  assert.is(readFileSync(join(folder, 'box/slots/a/clips/one.wav'), 'utf8'), 'one');
  const record = new BootRecord({ disk: new NodeDisk(), folder: join(folder, 'box') });
  assert.is(record.read()?.active, 'a');
  assert.match((await release(folder, 'install --folder @box')).complained, /has a boot record/);
});

test('the image of a system becomes a signed verity bundle, beside the files of the same version', async ({
  folder,
}) => {
  const { cert, key } = await selfSigned('CN=Till test vendor');
  writeFileSync(join(folder, 'rauc.cert.pem'), cert);
  writeFileSync(join(folder, 'rauc.key.pem'), key);
  writeFileSync(join(folder, 'image'), randomBytes(20_000));
  const signed = '--cert @rauc.cert.pem --key @rauc.key.pem';
  for (const words of [
    'init --keys @keys',
    BUILD,
    `build --image @image ${signed} --version 1.2.3 --hw BOARD_9`,
    'sign --key @keys/targets-1.pem',
    'sign --key @keys/targets-2.pem',
    'publish --keys @keys',
  ]) {
    const { code, complained } = await release(folder, words);
    assert.is(code, 0, `${words}: ${complained}`);
  }
  const { said } = await release(folder, 'inspect');
  assert.match(said, /1\.2\.3 {2}index 4 {2}for TILL_T1/);
  assert.match(said, /1\.2\.3 {2}RAUC bundle {2}index 0 {2}for BOARD_9 {2}\d+ bytes {2}0 patches/);
  const refused = async (words: string): Promise<string> => (await release(folder, words)).complained;
  assert.match(await refused(`build --image @image ${signed} --version 1.2.4`), /--compatible is required/);
  assert.match(await refused(`build --image @image ${signed} --from @dist --version 1.2.4`), /exclude each other/);
  assert.match(await refused(`build --image @image ${signed} --patch-from all --version 1.2.4`), /no patches/);
  assert.match(await refused('build --image @image --version 1.2.4 --compatible B'), /--cert is required/);
  assert.match(
    await refused('grant --kind rollback --version 1.2.3 --format tar --from 1.2.4'),
    /must be files or raucb/,
  );
  assert.is((await release(folder, 'install --folder @box')).code, 0, 'slots take the files');
});

test('the same bundle gives the same bytes, wherever and whenever it is built', async ({ folder }) => {
  const other = mkdtempSync(join(tmpdir(), 'till-release-'));
  mkdirSync(join(other, 'dist/clips'), { recursive: true });
  writeFileSync(join(other, 'dist/clips/one.wav'), 'one');
  writeFileSync(join(other, 'dist/till-terminal.cjs'), 'program');
  const hashes = new Set<string>();
  for (const place of [folder, other]) {
    for (const words of [
      'init --keys @keys',
      BUILD,
      'sign --key @keys/targets-1.pem',
      'sign --key @keys/targets-2.pem',
    ]) {
      assert.is((await release(place, words)).code, 0);
    }
    const { said } = await release(place, 'publish --keys @keys');
    hashes.add(/[0-9a-f]{64}$/m.exec(said)?.[0] ?? said);
  }
  rmSync(other, { recursive: true, force: true });
  assert.is(hashes.size, 1);
});

test('one signature of two publishes nothing, and says what is missing', async ({ folder }) => {
  await release(folder, 'init --keys @keys');
  await release(folder, BUILD);
  await release(folder, 'sign --key @keys/targets-1.pem');
  const { code, complained } = await release(folder, 'publish --keys @keys');
  assert.is(code, 1);
  assert.match(complained, /targets was signed by 1\/2 keys/);
  assert.match((await release(folder, 'inspect')).said, /no releases/);
});

test('a key is replaced through the root', async ({ folder }) => {
  await release(folder, 'init --keys @keys');
  const { said } = await release(folder, 'inspect');
  const old = /^targets .*signed by ([0-9a-f]{16})/m.exec(said)?.[1] ?? '';
  const rotated = await release(folder, `rotate --role targets --old ${old} --new @targets-3.pem`);
  assert.is(rotated.code, 0, rotated.complained);
  await release(folder, 'sign --key @keys/root-1.pem');
  await release(folder, 'sign --key @keys/root-2.pem');
  const published = await release(folder, 'publish --keys @keys');
  assert.match(published.said, /^root {13}2 /m);
  const again = await release(folder, `rotate --role targets --old ${old} --new @targets-4.pem`);
  assert.match(again.complained, /names no key of targets/);
});

test('calls that cannot be understood say what there is', async ({ folder }) => {
  for (const [words, complaint] of [
    ['bake', /a task is one of init, build/],
    ['sign', /--key is required/],
    ['build --from @dist --version 1.2.3 --rollback-index x', /whole number/],
    ['inspect --nonsense', /nonsense/],
  ] as const) {
    const { code, complained } = await release(folder, words);
    assert.is(code, 2, words);
    assert.match(complained, complaint);
  }
  await release(folder, 'init --keys @keys');
  const { code, complained } = await release(folder, 'build --from @dist --version one');
  assert.is(code, 1);
  assert.match(complained, /must be like 1.2.3/);
});

test('a token signs the very bytes, and its public half is enough to come into the root', async ({ folder }) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'token.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  await release(folder, 'init --keys @keys');
  const { said } = await release(folder, 'inspect');
  const old = /^targets .*signed by [0-9a-f]{16}, ([0-9a-f]{16})/m.exec(said)?.[1] ?? '';
  const [kept] = ['targets-1', 'targets-2'].filter((name) => {
    return readPublicKey(join(folder, `keys/${name}.pem`)).keyid.slice(0, 16) !== old;
  });
  const { keyid } = readPublicKey(join(folder, 'token.pem'));
  for (const words of [
    `rotate --role targets --old ${old} --new @token.pem`,
    'sign --key @keys/root-1.pem',
    'sign --key @keys/root-2.pem',
    BUILD,
    `sign --key @keys/${kept}.pem`,
    'bytes --role targets --out @bytes',
  ]) {
    const { code, complained } = await release(folder, words);
    assert.is(code, 0, `${words}: ${complained}`);
  }
  const wrong = `attach --role targets --keyid ${keyid} --sig ${'00'.repeat(64)}`;
  assert.is((await release(folder, wrong)).code, 0);
  assert.match((await release(folder, 'publish --keys @keys')).complained, /targets was signed by 1\/2 keys/);
  const sig = sign(null, readFileSync(join(folder, 'bytes')), privateKey).toString('hex');
  await release(folder, `attach --role targets --keyid ${keyid} --sig ${sig}`);
  const { code, complained } = await release(folder, 'publish --keys @keys');
  assert.is(code, 0, complained);
  assert.match((await release(folder, 'inspect')).said, /1\.2\.3 {2}index 4/);
});

test('patches from earlier releases and a grant to go back are drafted, signed and published like a release', async ({
  folder,
}) => {
  const both = ['sign --key @keys/targets-1.pem', 'sign --key @keys/targets-2.pem', 'publish --keys @keys'];
  for (const words of [
    ...['init --keys @keys', BUILD, ...both],
    ...['build --from @dist --version 1.3.0 --rollback-index 4 --patch-from all', ...both],
    ...['grant --kind rollback --version 1.2.3 --from 1.3.0 --hw TILL_T1 --days 3', ...both],
  ]) {
    const { code, complained } = await release(folder, words);
    assert.is(code, 0, `${words}: ${complained}`);
  }
  assert.match((await release(folder, 'inspect')).said, /1\.3\.0 .* 1 patches/);
  const grants = readFileSync(join(folder, 'repo/grants.json'), 'utf8');
  assert.match(grants, /"kind": "rollback"/);
  const alone = await release(folder, 'build --from @dist --version 1.4.0 --patch-from 9.9.9');
  assert.match(alone.complained, /no published release 9\.9\.9/);
  assert.is((await release(folder, 'grant --kind never --version 1.2.3')).code, 2);
});

test.run();
