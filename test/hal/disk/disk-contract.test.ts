import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Disk } from '../../../hal/disk/contract.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';

const disk = suite('hal/disk/contract');
const scratch = mkdtempSync(join(tmpdir(), 'till-disk-'));
disk.after(() => rmSync(scratch, { recursive: true, force: true }));

const drivers: { name: string; make: () => Disk }[] = [
  { name: 'node', make: () => new NodeDisk() },
  { name: 'simulated', make: () => new SimulatedDisk() },
];

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

for (const { name, make } of drivers) {
  const folder = join(scratch, name, 'deep', 'data');

  disk(`${name}: a folder is made with its parents, and making it again is fine`, () => {
    const driver = make();
    driver.makeFolder(folder);
    driver.makeFolder(folder);
    assert.equal(driver.list(folder), []);
    assert.ok(driver.exists(folder));
  });

  disk(`${name}: what is written at an offset is read back, with zeros in the gap`, () => {
    const driver = make();
    driver.makeFolder(folder);
    const file = driver.open(`${folder}/a`);
    assert.is(file.size(), 0);
    file.write(Buffer.from('end'), 1000);
    file.write(Buffer.from('start'), 0);
    file.sync();
    assert.is(file.size(), 1003);
    assert.is(text(file.readAt(5, 0)), 'start');
    assert.is(text(file.readAt(3, 1000)), 'end');
    assert.ok(file.readAt(995, 5).every((byte) => byte === 0));
    assert.is(file.readAt(10, 1001).length, 2, 'reading stops at the end of the file');
    assert.is(file.readAt(10, 5000).length, 0);
    file.close();
    assert.is(driver.read(`${folder}/a`).length, 1003);
  });

  disk(`${name}: a shortened file loses its end and grows again with zeros`, () => {
    const driver = make();
    driver.makeFolder(folder);
    const file = driver.open(`${folder}/b`);
    file.write(Buffer.from('abcdef'), 0);
    file.truncate(3);
    assert.is(file.size(), 3);
    file.truncate(6);
    assert.equal([...file.readAt(6, 0)], [97, 98, 99, 0, 0, 0]);
    file.close();
  });

  disk(`${name}: a rename replaces the old file, and a removed file is gone`, () => {
    const driver = make();
    driver.makeFolder(folder);
    for (const letter of ['c', 'd']) {
      const file = driver.open(`${folder}/${letter}`, 0o600);
      file.write(Buffer.from(letter), 0);
      file.sync();
      file.close();
    }
    driver.rename(`${folder}/c`, `${folder}/d`);
    driver.syncFolder(folder);
    assert.is(text(driver.read(`${folder}/d`)), 'c');
    assert.not(driver.exists(`${folder}/c`));
    driver.remove(`${folder}/d`);
    assert.not(driver.list(folder).includes('d'));
  });

  disk(`${name}: what is not there is told by its code`, () => {
    const driver = make();
    driver.makeFolder(folder);
    for (const call of [
      () => driver.read(`${folder}/none`),
      () => driver.remove(`${folder}/none`),
      () => driver.rename(`${folder}/none`, `${folder}/other`),
      () => driver.open(`${folder}/no/folder/file`),
      () => driver.list(`${folder}/none`),
      () => driver.syncFolder(`${folder}/none`),
    ]) {
      assert.throws(call, (error: NodeJS.ErrnoException) => error.code === 'ENOENT');
    }
  });

  disk(`${name}: a closed file takes no more writes`, () => {
    const driver = make();
    driver.makeFolder(folder);
    const file = driver.open(`${folder}/e`);
    file.close();
    assert.throws(
      () => file.write(Buffer.from('x'), 0),
      (error: NodeJS.ErrnoException) => error.code === 'EBADF',
    );
  });
}

disk.run();
