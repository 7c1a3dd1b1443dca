import { copyFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createKeys } from '../../../deploy/release/key-folder.ts';
import type { UpgradeReason } from '../../../domain/upgrade-reason.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';
import { UpgraderBench } from '../../support/upgrader-bench.ts';

/** The table of attacks on software updates, run against the real upgrader; each is refused, and the journal says why. */
interface World {
  shop: ReleaseWorkshop;
  bench: UpgraderBench;
  nowMs: number;
}

const test = suite<World>('actors/upgrade/attacks');

const DAY_MS = 86_400_000;

test.before.each((world) => {
  world.nowMs = Date.now();
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-attack-')), () => world.nowMs);
  const root = join(world.shop.folder, 'root.json');
  copyFileSync(world.shop.repository.rootFile(), root);
  world.bench = new UpgraderBench(join(world.shop.folder, 'box'), { source: world.shop.repositoryFolder, root });
});
test.after.each(({ shop, bench }) => {
  bench.close();
  assert.is(bench.boot.read(), null, 'nothing was switched');
  rmSync(shop.folder, { recursive: true, force: true });
});

function copyOf({ shop }: World, name: string): string {
  const folder = join(shop.folder, name);
  cpSync(shop.repositoryFolder, folder, { recursive: true });
  return folder;
}

async function stranger(nowMs: number, use: (theirs: ReleaseWorkshop) => Promise<void>): Promise<void> {
  const theirs = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-stranger-')), () => nowMs);
  try {
    await use(theirs);
  } finally {
    rmSync(theirs.folder, { recursive: true, force: true });
  }
}

/** What an attacker has: the repository as it was, and the means to change what the terminal sees. */
const ATTACKS: readonly (readonly [
  name: string,
  step: string,
  reason: UpgradeReason,
  why: RegExp,
  attack: (world: World) => Promise<void> | void,
])[] = [
  [
    'replay: an old state of the repository is shown again',
    'refused',
    'replayed',
    /version/i,
    async (world) => {
      world.shop.release('1.1.0');
      const old = copyOf(world, 'old');
      world.shop.release('1.2.0', { hw: ['OTHER_X9'] });
      await world.bench.ask('9.9.9');
      world.bench.replace(old);
    },
  ],
  [
    'freeze: the same state is shown for ever',
    'refused',
    'expired',
    /expired/i,
    (world) => {
      world.nowMs -= 30 * DAY_MS;
      world.shop.release('1.1.0');
    },
  ],
  [
    'tampering: a byte of the release is changed',
    'failed',
    'tampered',
    /not the release that was signed/,
    ({ shop }) => {
      shop.release('1.1.0');
      const [name = ''] = readdirSync(join(shop.repositoryFolder, 'targets'));
      const file = join(shop.repositoryFolder, 'targets', name);
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  ],
  [
    'wrong keys: another vendor signs everything',
    'refused',
    'signature',
    /signed by 0\/1/,
    (world) =>
      stranger(world.nowMs, async (theirs) => {
        theirs.release('9.0.0');
        cpSync(theirs.repositoryFolder, join(world.shop.folder, 'theirs'), { recursive: true });
        world.bench.replace(join(world.shop.folder, 'theirs'));
        return Promise.resolve();
      }),
  ],
  [
    'too few signatures: one of the two keys for releases was stolen',
    'refused',
    'signature',
    /signed by 1\/2/,
    ({ shop }) => {
      shop.release('1.1.0');
      const list = join(shop.repositoryFolder, 'metadata/2.targets.json');
      const { signed, signatures } = JSON.parse(readFileSync(list, 'utf8')) as { signed: object; signatures: object[] };
      writeFileSync(list, JSON.stringify({ signed, signatures: signatures.slice(0, 1) }));
    },
  ],
  [
    'mix and match: an older list of releases beside newer metadata',
    'refused',
    'replayed',
    /targets/i,
    (world) => {
      world.shop.release('1.1.0');
      const before = copyOf(world, 'before');
      world.shop.release('1.2.0');
      const metadata = join(world.shop.repositoryFolder, 'metadata');
      copyFileSync(join(before, 'metadata/2.targets.json'), join(metadata, '3.targets.json'));
    },
  ],
  [
    'endless data: metadata that never ends',
    'refused',
    'tampered',
    /more than \d+ bytes/,
    ({ shop }) => {
      shop.release('1.1.0');
      writeFileSync(join(shop.repositoryFolder, 'metadata/timestamp.json'), Buffer.alloc(1024 * 1024, 32));
    },
  ],
  [
    'endless data: a release that is longer than was signed',
    'failed',
    'tampered',
    /more bytes than were signed/,
    ({ shop }) => {
      shop.release('1.1.0');
      const [name = ''] = readdirSync(join(shop.repositoryFolder, 'targets'));
      const file = join(shop.repositoryFolder, 'targets', name);
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(1024 * 1024)]));
    },
  ],
  [
    'a root that the attacker’s keys alone rotated',
    'refused',
    'signature',
    /root was signed by 0\/2/,
    ({ shop }) => {
      shop.release('1.1.0');
      const other = createKeys(join(shop.folder, 'keys-2'));
      shop.repository.rotate({ ...shop.repository.roleKeys(), root: other.root });
      for (const name of ['root-1', 'root-2']) {
        shop.repository.sign(shop.key(name));
        shop.repository.sign(shop.key(`../keys-2/${name}`));
      }
      shop.publish();
      const file = join(shop.repositoryFolder, 'metadata/2.root.json');
      const { signed, signatures } = JSON.parse(readFileSync(file, 'utf8')) as {
        signed: object;
        signatures: { keyid: string }[];
      };
      const stolen = other.root.keys.map(({ keyid }) => keyid);
      writeFileSync(
        file,
        JSON.stringify({ signed, signatures: signatures.filter(({ keyid }) => stolen.includes(keyid)) }),
      );
    },
  ],
];

for (const [name, step, reason, why, attack] of ATTACKS) {
  test(`${name}: it is refused, and the journal says why`, async (world) => {
    await attack(world);
    const fact = await world.bench.ask();
    assert.equal([fact.step, fact.reason], [step, reason]);
    assert.match(fact.why, why);
    assert.is(world.bench.slots.installed('b'), null, 'nothing was installed');
  });
}

test('a file that is not what was signed is left alone by a terminal that looks by itself, and taken up by hand', async ({
  shop,
  bench,
}) => {
  shop.release('1.1.0');
  const [name = ''] = readdirSync(join(shop.repositoryFolder, 'targets'));
  const file = join(shop.repositoryFolder, 'targets', name);
  const whole = readFileSync(file);
  writeFileSync(file, Buffer.concat([whole.subarray(0, -1), Buffer.from([(whole.at(-1) ?? 0) ^ 1])]));
  assert.is(await bench.look(), 'failed');
  assert.is(await bench.look(), 'current', 'not downloaded again at every look');
  writeFileSync(file, whole);
  assert.is(await bench.look(), 'current');
  assert.is((await bench.ask()).step, 'staged');
});

type Wish = { readonly version: string; readonly rollbackIndex?: number; readonly hw?: string[] };
const WISHES: readonly (readonly [string, Wish, UpgradeReason, RegExp])[] = [
  [
    'a release that must not come back',
    { version: '1.1.0', rollbackIndex: 0 },
    'must-not-return',
    /must not come back/,
  ],
  ['an older release', { version: '0.9.0' }, 'not-newer', /not newer than 1\.0\.0/],
  ['a release for another model', { version: '1.1.0', hw: ['OTHER_X9'] }, 'other-model', /not for TILL_T1/],
];

for (const [name, { version, ...options }, reason, why] of WISHES) {
  test(`a service that was taken over cannot make a terminal install ${name}`, async ({ shop, bench }) => {
    shop.release(version, options);
    const report = await bench.job('j-1', { version });
    assert.is(report?.st, 'rejected');
    assert.match(report?.why ?? '', why);
    assert.is(bench.slots.installed('b'), null);
    assert.match(bench.facts.at(-1)?.why ?? '', why);
    assert.is(bench.facts.at(-1)?.reason, reason);
  });
}

test('a service that was taken over can only choose among signed releases, and only the approved one of a version', async ({
  shop,
  bench,
}) => {
  shop.release('1.1.0');
  const unsigned = await bench.job('j-1', { version: '6.6.6' });
  assert.equal([unsigned?.st, unsigned?.why], ['rejected', 'there is no signed release 6.6.6']);
  const other = await bench.job('j-2', { version: '1.1.0', sha256: 'ab'.repeat(32) });
  assert.equal([other?.st, other?.why], ['rejected', 'the signed release 1.1.0 is not the one that was approved']);
  assert.is(bench.slots.installed('b'), null);
  const sha256 = shop.repository.releases()[0]?.sha256 ?? '';
  const approved = await bench.job('j-3', { version: '1.1.0', sha256 });
  assert.is(approved?.st, 'wait');
  assert.is(bench.slots.installed('b')?.version, '1.1.0');
});

test('a root that the old keys rotated is followed, and a release that the new keys sign is taken', async ({
  shop,
  bench,
}) => {
  const other = createKeys(join(shop.folder, 'keys-2'));
  shop.repository.rotate({ ...shop.repository.roleKeys(), targets: other.targets });
  for (const name of ['root-1', 'root-2']) shop.repository.sign(shop.key(name));
  shop.publish();
  shop.add('1.1.0');
  for (const name of ['targets-1', 'targets-2']) shop.repository.sign(shop.key(`../keys-2/${name}`));
  shop.publish();
  assert.equal((await bench.ask()).step, 'staged');
});

test.run();
