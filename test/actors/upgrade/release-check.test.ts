import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FolderSource } from '../../../actors/upgrade/folder-source.ts';
import { checkForRelease, type Offer } from '../../../actors/upgrade/release-check.ts';
import { downloadRelease } from '../../../actors/upgrade/release-download.ts';
import { unpackRelease } from '../../../actors/upgrade/release-package.ts';
import type { ReleaseSource } from '../../../actors/upgrade/release-source.ts';
import { createKeys } from '../../../deploy/release/key-folder.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

interface World {
  shop: ReleaseWorkshop;
  nowMs: number;
  box: string;
}

const test = suite<World>('actors/upgrade/release-check');

const DAY_MS = 86_400_000;
const disk = new NodeDisk();
const signal = new AbortController().signal;

test.before.each((world) => {
  world.nowMs = Date.now();
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-check-')), () => world.nowMs);
  world.box = join(world.shop.folder, 'box');
  copyFileSync(world.shop.repository.rootFile(), join(world.shop.folder, 'root.json'));
});
test.after.each(({ shop }) => {
  rmSync(shop.folder, { recursive: true, force: true });
});

const check = (
  { shop, box }: World,
  options: { folder?: string; wanted?: string; rollbackIndex?: number; failed?: string[] } = {},
): Promise<Offer | null> =>
  checkForRelease(
    {
      disk,
      trusted: join(box, 'trusted'),
      firstRoot: () => readFileSync(join(shop.folder, 'root.json')),
      home: { version: '1.0.0', rollbackIndex: options.rollbackIndex ?? 1, hardware: 'TILL_T1' },
      failed: options.failed ?? [],
      running: null,
    },
    new FolderSource(options.folder ?? shop.repositoryFolder),
    signal,
    options.wanted ?? null,
  );

const refused = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    assert.instance(error, Error);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
};

const copyOf = ({ shop }: World, name: string): string => {
  const folder = join(shop.folder, name);
  cpSync(shop.repositoryFolder, folder, { recursive: true });
  return folder;
};

test('the newest release that fits is offered; another model’s, a withdrawn one and one that failed here are not', async (world) => {
  const { shop } = world;
  assert.is(await check(world), null);
  shop.add('1.1.0');
  shop.add('1.2.0');
  shop.add('1.3.0', { hw: ['OTHER_X9'] });
  shop.release('1.4.0', { rollbackIndex: 0 });
  const offer = await check(world);
  assert.is(offer?.facts.version, '1.2.0');
  const next = await check(world, { failed: [offer?.sha256 ?? ''] });
  assert.is(next?.facts.version, '1.1.0');
});

test('a job’s wish is followed among the signed releases only, and its refusal says why', async (world) => {
  world.shop.add('1.1.0');
  world.shop.release('1.2.0', { hw: ['OTHER_X9'] });
  assert.is((await check(world, { wanted: '1.1.0' }))?.facts.version, '1.1.0');
  assert.match(await refused(check(world, { wanted: '9.9.9' })), /no signed release 9.9.9/);
  assert.match(await refused(check(world, { wanted: '1.2.0' })), /not for TILL_T1/);
});

test('an old state of the repository, replayed, is refused', async (world) => {
  world.shop.release('1.1.0');
  const old = copyOf(world, 'old');
  world.shop.release('1.2.0');
  await check(world);
  assert.match(await refused(check(world, { folder: old })), /version/i);
});

test('metadata that nobody renews any more is refused: a frozen repository', async (world) => {
  world.nowMs -= 30 * DAY_MS;
  world.shop.release('1.1.0');
  assert.match(await refused(check(world)), /expired/i);
});

test('a list of releases that was changed, or that other keys signed, is refused', async (world) => {
  world.shop.release('1.1.0');
  const changed = copyOf(world, 'changed');
  const list = join(changed, 'metadata/2.targets.json');
  writeFileSync(list, readFileSync(list, 'utf8').replace('"rollbackIndex": 1', '"rollbackIndex": 7'));
  assert.match(await refused(check(world, { folder: changed })), /signed by 0\/2/);
  const attacker = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-attacker-')), () => world.nowMs);
  attacker.release('9.0.0');
  const theirs = await refused(check(world, { folder: attacker.repositoryFolder }));
  rmSync(attacker.folder, { recursive: true, force: true });
  assert.match(theirs, /signed by 0\/1/);
});

test('an older list of releases beside a newer snapshot is refused: mix and match', async (world) => {
  world.shop.release('1.1.0');
  const mixed = copyOf(world, 'mixed');
  world.shop.release('1.2.0');
  const metadata = join(world.shop.repositoryFolder, 'metadata');
  copyFileSync(join(mixed, 'metadata/2.targets.json'), join(metadata, '3.targets.json'));
  assert.match(await refused(check(world)), /targets/i);
});

test('metadata without end is refused before it fills the memory', async (world) => {
  world.shop.release('1.1.0');
  const endless = copyOf(world, 'endless');
  writeFileSync(join(endless, 'metadata/timestamp.json'), Buffer.alloc(64 * 1024, 32));
  assert.match(await refused(check(world, { folder: endless })), /more than 16384 bytes/);
});

test('a key that the client swallows is refused: no signature covers it, and it would be kept', async (world) => {
  world.shop.release('1.1.0');
  const hidden = copyOf(world, 'hidden');
  const file = join(hidden, 'metadata/timestamp.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/"meta": \{/, '$&"__proto__": {"version": 7},'));
  assert.is.not(readFileSync(file, 'utf8'), text);
  assert.match(
    await refused(check(world, { folder: hidden })),
    /timestamp\.json says something that no signature covers/,
  );
});

test('a value that the client takes for another one is refused: the signature is over the other one', async (world) => {
  world.shop.release('1.1.0');
  for (const name of ['timestamp', '2.snapshot', '2.targets']) {
    const other = copyOf(world, `other-${name}`);
    const file = join(other, `metadata/${name}.json`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"spec_version": "[\d.]+"/, '"spec_version": ""'));
    assert.is.not(readFileSync(file, 'utf8'), text);
    const words = await refused(check(world, { folder: other }));
    assert.match(words, new RegExp(`${name}\\.json says something that no signature covers`));
  }
});

test('a pipe in a file’s place on a stick is refused and does not hold the terminal', async (world) => {
  world.shop.release('1.1.0');
  const stick = copyOf(world, 'stick');
  rmSync(join(stick, 'metadata/timestamp.json'));
  execFileSync('mkfifo', [join(stick, 'metadata/timestamp.json')]);
  assert.match(await refused(check(world, { folder: stick })), /is no file/);
});

test('a root that the old quorum rotated is followed; one that the attacker made is not', async (world) => {
  const { shop } = world;
  shop.release('1.1.0');
  const bad = copyOf(world, 'bad');
  const other = createKeys(join(shop.folder, 'keys-2'));
  shop.repository.rotate({ ...shop.repository.roleKeys(), root: other.root });
  for (const name of ['root-1', 'root-2']) shop.repository.sign(shop.key(name));
  for (const name of ['root-1', 'root-2']) shop.repository.sign(shop.key(`../keys-2/${name}`));
  shop.publish();
  const root = readFileSync(join(shop.repositoryFolder, 'metadata/2.root.json'), 'utf8');
  const parsed = JSON.parse(root) as { signatures: { keyid: string }[] };
  const stolen = other.root.keys.map(({ keyid }) => keyid);
  const signatures = parsed.signatures.filter(({ keyid }) => stolen.includes(keyid));
  writeFileSync(join(bad, 'metadata/2.root.json'), JSON.stringify({ ...parsed, signatures }));
  assert.match(await refused(check(world, { folder: bad })), /root was signed by 0\/2/);
  assert.is((await check(world))?.facts.version, '1.1.0');
  assert.match(readFileSync(join(world.box, 'trusted/root.json'), 'utf8'), /"version": 2/);
});

const download = ({ box }: World, offer: Offer, source: ReleaseSource, stop = signal): Promise<string> =>
  downloadRelease(
    {
      disk,
      clock: new SystemClock(),
      folder: join(box, 'download'),
      bytesPerSecond: null,
      onProgress: () => undefined,
    },
    offer,
    source,
    stop,
  );

async function offered(world: World): Promise<Offer> {
  const bytes = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * 7919) % 251));
  world.shop.release('1.1.0', { files: [{ path: 'till-terminal.cjs', bytes }] });
  const offer = await check(world);
  assert.ok(offer !== null);
  return offer;
}

test('a download that broke off goes on where it was, and the release is whole', async (world) => {
  const offer = await offered(world);
  const real = new FolderSource(world.shop.repositoryFolder);
  const asked: number[] = [];
  const half = Math.floor(offer.length / 2);
  const breaking: ReleaseSource = {
    words: 'a line that breaks',
    close: () => Promise.resolve(),
    read: (name, bytesMax) => real.read(name, bytesMax, signal),
    async open(name, from) {
      asked.push(from);
      const opened = await real.open(name, from, signal);
      if (asked.length > 1) return opened;
      const { Readable } = await import('node:stream');
      const whole = readFileSync(join(world.shop.repositoryFolder, name));
      return { from, body: Readable.from([whole.subarray(0, half)]) };
    },
  };
  assert.match(await refused(download(world, offer, breaking)), /broke off after/);
  const bytes = readFileSync(await download(world, offer, breaking));
  assert.equal(asked, [0, half]);
  assert.is(unpackRelease(bytes).version, '1.1.0');
});

test('a release that is not the signed one is thrown away, and the next attempt begins anew', async (world) => {
  const offer = await offered(world);
  const tampered = copyOf(world, 'tampered');
  const [name = ''] = readdirSync(join(tampered, 'targets'));
  const bytes = readFileSync(join(tampered, 'targets', name));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(join(tampered, 'targets', name), bytes);
  assert.match(await refused(download(world, offer, new FolderSource(tampered))), /not the release that was signed/);
  assert.equal(readdirSync(join(world.box, 'download')), []);
  writeFileSync(join(tampered, 'targets', name), Buffer.concat([bytes, bytes]));
  assert.match(await refused(download(world, offer, new FolderSource(tampered))), /more bytes than were signed/);
  assert.ok(await download(world, offer, new FolderSource(world.shop.repositoryFolder)));
});

test.run();
