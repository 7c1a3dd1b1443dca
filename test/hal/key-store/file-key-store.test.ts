import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFailure } from '../../../domain/failure.ts';
import type { Disk } from '../../../hal/disk/contract.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import type { KeyStore } from '../../../hal/key-store/contract.ts';
import { openFileKeyStore } from '../../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';

const keyStore = suite('hal/key-store/file-key-store');
const PATH = '/data/terminal.key';

function open(disk: Disk, seed: number | string = 1, path = PATH): KeyStore {
  return openFileKeyStore({ disk, path, random: new SeededRandom(seed) });
}

keyStore('what was sealed is opened again after a restart, by its label only', () => {
  const disk = new SimulatedDisk();
  const sealed = open(disk).seal(Buffer.from('a secret'), 'authen-key:1');
  const again = open(disk, 'another life');
  assert.is(Buffer.from(again.unseal(sealed, 'authen-key:1')).toString(), 'a secret');
  assert.throws(
    () => again.unseal(sealed, 'authen-key:2'),
    (error: unknown) => isFailure(error, 'storage.corrupt'),
  );
  assert.not(Buffer.from(sealed).includes('a secret'));
  assert.is(again.mac('x'), open(disk).mac('x'));
  assert.match(again.mac('x'), /^[0-9a-f]{64}$/);
  assert.is.not(again.mac('x'), again.mac('y'));
});

keyStore('every changed or missing byte of sealed data is refused', () => {
  const store = open(new SimulatedDisk());
  const sealed = store.seal(Buffer.from('0123456789'), 'l');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(
      () => store.unseal(changed, 'l'),
      (error: unknown) => isFailure(error, 'storage.corrupt'),
    );
    assert.throws(
      () => store.unseal(sealed.subarray(0, at), 'l'),
      (error: unknown) => isFailure(error, 'storage.corrupt'),
    );
  }
});

keyStore('another terminal cannot open it', () => {
  const sealed = open(new SimulatedDisk(), 1).seal(Buffer.from('x'), 'l');
  const other = open(new SimulatedDisk(), 2);
  assert.throws(
    () => other.unseal(sealed, 'l'),
    (error: unknown) => isFailure(error, 'storage.corrupt'),
  );
  assert.is.not(other.mac('x'), open(new SimulatedDisk(), 1).mac('x'));
});

keyStore('a damaged or short key file is a clear failure, never a new key', () => {
  const disk = new SimulatedDisk();
  open(disk);
  const bytes = disk.read(PATH);
  for (let at = 0; at < bytes.length; at++) {
    disk.damage(PATH, at, 0x10);
    assert.throws(
      () => open(disk),
      (error: unknown) => isFailure(error, 'storage.corrupt') && error.message.includes(PATH),
    );
    disk.damage(PATH, at, 0x10);
  }
  for (const size of [0, 1, 32, bytes.length - 1]) {
    const file = disk.open(PATH);
    file.truncate(size);
    assert.throws(
      () => open(disk),
      (error: unknown) => isFailure(error, 'storage.corrupt'),
    );
    file.write(bytes, 0);
    file.close();
  }
  open(disk);
});

keyStore('a key that sealed something survives every power cut', () => {
  for (let seed = 0; seed < 300; seed++) {
    const disk = new SimulatedDisk();
    const random = new SeededRandom(seed);
    disk.losePowerAt(1 + Math.floor(random.fraction() * 14));
    let sealed: Uint8Array | null = null;
    try {
      sealed = open(disk, seed).seal(Buffer.from('x'), 'l');
    } catch (error) {
      assert.ok(isFailure(error, 'storage.failed'));
    }
    disk.powerCut(random);
    const again = open(disk, `${seed} again`);
    if (sealed !== null) assert.is(Buffer.from(again.unseal(sealed, 'l')).toString(), 'x');
  }
});

keyStore('every disk call may fail: a clear failure, and the next start works', () => {
  for (let nth = 1; ; nth++) {
    const disk = new SimulatedDisk();
    disk.inject({ call: 'any', nth, code: 'ENOSPC', short: true });
    try {
      open(disk);
      assert.ok(nth > 6);
      break;
    } catch (error) {
      assert.ok(isFailure(error, 'storage.failed'), String(error));
    }
    disk.heal();
    open(disk);
  }
});

keyStore('the real file is readable by its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-key-'));
  try {
    const path = join(folder, 'data', 'terminal.key');
    const sealed = open(new NodeDisk(), 1, path).seal(Buffer.from('x'), 'l');
    assert.is(statSync(path).mode & 0o777, 0o600);
    assert.is(Buffer.from(open(new NodeDisk(), 2, path).unseal(sealed, 'l')).toString(), 'x');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

keyStore.run();
