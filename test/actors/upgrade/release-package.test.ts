import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zstdCompressSync } from 'node:zlib';
import { layOut, packRelease, unpackRelease, type ReleasePackage } from '../../../actors/upgrade/release-package.ts';
import { compareVersions, unfitness, type ReleaseFacts } from '../../../actors/upgrade/release-facts.ts';

const test = suite('actors/upgrade/release-package');

const bytes = (words: string): Uint8Array => Buffer.from(words, 'utf8');
const RELEASE: ReleasePackage = {
  version: '1.2.3',
  entry: 'main.cjs',
  files: [
    { path: 'main.cjs', bytes: bytes('main') },
    { path: 'clips/zh-cn/one.wav', bytes: bytes('one') },
  ],
};

test('a release comes out as it went in, and the order of its files changes nothing', () => {
  const packed = packRelease(RELEASE);
  const { version, entry, files } = unpackRelease(packed);
  assert.equal([version, entry], ['1.2.3', 'main.cjs']);
  assert.equal(
    files.map(({ path, bytes: content }) => [path, Buffer.from(content).toString()]),
    [
      ['clips/zh-cn/one.wav', 'one'],
      ['main.cjs', 'main'],
    ],
  );
  assert.equal(packRelease({ ...RELEASE, files: RELEASE.files.toReversed() }), packed);
});

for (const path of ['../out', '/etc/passwd', 'a/../b', 'a//b', '', '.', 'a\0b', 'x'.repeat(200)]) {
  test(`a file named ${JSON.stringify(path.slice(0, 20))} is in no release`, () => {
    assert.throws(() => layOut({ ...RELEASE, files: [...RELEASE.files, { path, bytes: bytes('x') }] }), /release/);
  });
}

test('what was cut off, changed or appended is named', () => {
  const plain = layOut(RELEASE);
  const packed = (changed: Uint8Array): Uint8Array => zstdCompressSync(changed);
  assert.throws(() => unpackRelease(packed(plain.subarray(0, -1))), /main.cjs of the release is not whole/);
  assert.throws(() => unpackRelease(packed(Buffer.concat([plain, bytes('!')]))), /belong to no file/);
  const changed = Buffer.from(plain);
  changed[changed.length - 1] = 0;
  assert.throws(() => unpackRelease(packed(changed)), /is not whole/);
  assert.throws(() => unpackRelease(packed(bytes('no header'))), /no header/);
  assert.throws(() => unpackRelease(bytes('not compressed')));
});

const FACTS: ReleaseFacts = {
  version: '2.0.0',
  rollbackIndex: 3,
  hw: ['TILL_T1'],
  format: 'files',
  minFrom: null,
  delta: {},
  notes: '',
};
const HOME = { version: '1.0.0', rollbackIndex: 3, hardware: 'TILL_T1' };

test('a release fits by hardware, roll-back index, what it can follow, and its version', () => {
  assert.is(unfitness(FACTS, HOME), null);
  assert.is(unfitness({ ...FACTS, hw: ['*'] }, HOME), null);
  assert.match(unfitness({ ...FACTS, hw: ['TILL_T2'] }, HOME)?.message ?? '', /not for TILL_T1/);
  assert.match(unfitness({ ...FACTS, rollbackIndex: 2 }, HOME)?.message ?? '', /must not come back/);
  assert.match(unfitness({ ...FACTS, minFrom: '1.5.0' }, HOME)?.message ?? '', /needs 1.5.0 first/);
  assert.match(unfitness(FACTS, { ...HOME, version: '2.0.0' })?.message ?? '', /not newer/);
  assert.match(
    unfitness({ ...FACTS, format: 'raucb' }, HOME)?.message ?? '',
    /a RAUC bundle, and this box takes files/,
  );
  assert.is(unfitness({ ...FACTS, format: 'raucb' }, { ...HOME, format: 'raucb' }), null);
  assert.match(unfitness(FACTS, { ...HOME, format: 'raucb' })?.message ?? '', /this box takes RAUC bundles/);
});

test('versions are compared by their numbers, and a trial version comes before its release', () => {
  const ordered = ['0.9.9', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.2.0', '1.10.0'];
  assert.equal(ordered.toReversed().toSorted(compareVersions), ordered);
});

test.run();
