import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { releaseCommand } from '../../../bin/commands/release.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';

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

test.run();
