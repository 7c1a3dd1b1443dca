import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';

const simulated = suite('hal/disk/simulated-disk');

function diskWith(content: Uint8Array): { disk: SimulatedDisk; path: string } {
  const disk = new SimulatedDisk();
  disk.makeFolder('/data');
  const file = disk.open('/data/file');
  file.write(content, 0);
  file.sync();
  file.close();
  disk.syncFolder('/data');
  return { disk, path: '/data/file' };
}

simulated('bytes that were synced survive every power cut', () => {
  const { disk, path } = diskWith(Buffer.alloc(3000, 7));
  const random = new SeededRandom(1);
  for (let cut = 0; cut < 50; cut++) {
    disk.open(path).write(Buffer.alloc(400, 9), 2000);
    disk.powerCut(random);
    const bytes = disk.read(path);
    assert.ok(bytes.subarray(0, 2000).every((byte) => byte === 7));
    assert.ok(bytes.subarray(2400).every((byte) => byte === 7));
  }
});

simulated('bytes that were not synced are lost, torn at 512 bytes or zero: all of it happens', () => {
  const seen = new Set<string>();
  const random = new SeededRandom(2);
  for (let cut = 0; cut < 200; cut++) {
    const { disk, path } = diskWith(Buffer.alloc(1024, 7));
    disk.open(path).write(Buffer.alloc(1024, 9), 0);
    disk.powerCut(random);
    const bytes = disk.read(path);
    seen.add([bytes[0], bytes[511], bytes[512], bytes[1023]].join());
  }
  const sectors = ['7,7', '9,9', '0,0'];
  const all = sectors.flatMap((one) => sectors.map((other) => `${one},${other}`)).sort();
  assert.equal([...seen].sort(), all);
});

simulated('a rename that its folder did not sync may not have happened, but the name never shows a mixture', () => {
  const seen = new Set<string>();
  const random = new SeededRandom(3);
  for (let cut = 0; cut < 100; cut++) {
    const { disk } = diskWith(Buffer.from('old'));
    const file = disk.open('/data/draft');
    file.write(Buffer.from('new'), 0);
    file.sync();
    disk.rename('/data/draft', '/data/file');
    disk.powerCut(random);
    seen.add(Buffer.from(disk.read('/data/file')).toString());
  }
  assert.equal([...seen].sort(), ['new', 'old']);
});

simulated('a rename that its folder synced stands', () => {
  const { disk } = diskWith(Buffer.from('old'));
  disk.rename('/data/file', '/data/other');
  disk.syncFolder('/data');
  disk.powerCut(new SeededRandom(4));
  assert.equal(disk.list('/data'), ['other']);
});

simulated('after a failed sync readers see bytes that no later sync makes durable', () => {
  let lost = 0;
  for (let seed = 0; seed < 30; seed++) {
    const { disk, path } = diskWith(Buffer.alloc(512, 7));
    const file = disk.open(path);
    disk.inject({ call: 'sync', nth: 1, code: 'EIO' });
    file.write(Buffer.alloc(512, 9), 0);
    assert.throws(() => file.sync(), /EIO/);
    assert.is(disk.read(path)[0], 9);
    file.sync();
    disk.powerCut(new SeededRandom(seed));
    if (disk.read(path)[0] !== 9) lost += 1;
  }
  assert.ok(lost > 0);
});

simulated('planned errors meet the nth call of their kind, once or until healed', () => {
  const { disk, path } = diskWith(Buffer.alloc(8));
  const file = disk.open(path);
  disk.inject({ call: 'write', nth: 2, code: 'ENOSPC', short: true });
  file.write(Buffer.from('1111'), 0);
  assert.throws(() => file.write(Buffer.from('2222'), 0), /ENOSPC/);
  assert.is(Buffer.from(disk.read(path).subarray(0, 4)).toString(), '2211', 'half of it was written');
  file.write(Buffer.from('3333'), 0);
  disk.inject({ call: 'any', nth: 1, code: 'EROFS', permanent: true });
  for (let again = 0; again < 3; again++) assert.throws(() => file.sync(), /EROFS/);
  disk.heal();
  file.sync();
});

simulated('when the power goes, everything throws until it is back, and old descriptors stay dead', () => {
  const { disk, path } = diskWith(Buffer.from('kept'));
  const file = disk.open(path);
  disk.losePowerAt(2);
  file.write(Buffer.from('x'), 0);
  assert.throws(() => file.sync(), /power/);
  assert.throws(() => disk.list('/data'), /power/);
  disk.powerCut(new SeededRandom(5));
  assert.throws(() => file.write(Buffer.from('x'), 0), /EBADF/);
  assert.is(disk.read(path).length, 4);
});

simulated('bytes and flushes are counted', () => {
  const { disk } = diskWith(Buffer.alloc(100));
  assert.is(disk.bytesWritten, 100);
  assert.is(disk.flushes, 2);
});

simulated.run();
