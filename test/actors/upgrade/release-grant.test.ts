import { cpSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FolderSource } from '../../../actors/upgrade/folder-source.ts';
import { checkForRelease, type GrantRules, type Offer } from '../../../actors/upgrade/release-check.ts';
import { draftGrant, publishGrant, signGrant, type GrantWords } from '../../../deploy/release/grants.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

interface World {
  shop: ReleaseWorkshop;
  nowMs: number;
}

const test = suite<World>('actors/upgrade/release-grant');
const DAY_MS = 86_400_000;
const signal = new AbortController().signal;

test.before.each((world) => {
  world.nowMs = Date.now() - 30 * DAY_MS;
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-grant-')), () => world.nowMs);
  world.shop.add('0.9.0', { rollbackIndex: 0 });
  world.shop.add('1.1.0', { hw: ['OTHER_X9'] });
  world.shop.release('1.2.0');
  copyFileSync(world.shop.repository.rootFile(), join(world.shop.folder, 'root.json'));
});
test.after.each(({ shop }) => rmSync(shop.folder, { recursive: true, force: true }));

function grant({ shop }: World, version: string, words: Partial<GrantWords>, keys = ['targets-1', 'targets-2']): void {
  const release = shop.repository.releases().find(({ facts }) => facts.version === version);
  if (release === undefined) throw new Error(version);
  const whole = { kind: 'offline', from: null, hw: ['*'], days: 1, nowMs: Date.now(), ...words } as const;
  draftGrant(shop.repositoryFolder, release, whole);
  for (const key of keys) signGrant(shop.repositoryFolder, shop.key(key));
  publishGrant(shop.repositoryFolder);
}

const check = (
  { shop }: World,
  rules: Partial<GrantRules> = {},
  { folder = shop.repositoryFolder, wanted = null }: { folder?: string; wanted?: string | null } = {},
): Promise<Offer | null> =>
  checkForRelease(
    {
      ...{ disk: new NodeDisk(), trusted: join(shop.folder, 'box/trusted'), failed: [], running: null },
      firstRoot: () => readFileSync(join(shop.folder, 'root.json')),
      home: { version: '1.0.0', rollbackIndex: 1, hardware: 'TILL_T1' },
      grants: { offline: true, rollback: true, nowMs: Date.now(), ...rules },
    },
    new FolderSource(folder),
    signal,
    wanted,
  );

const refused = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
};

test('a stick with metadata that ran out brings a release only with a grant that both keys for releases signed', async (world) => {
  assert.match(await refused(check(world)), /expired/i);
  assert.throws(() => grant(world, '1.2.0', {}, ['targets-1']), /signed by 1\/2 keys/);
  grant(world, '1.2.0', {});
  assert.is((await check(world))?.facts.version, '1.2.0');
  assert.match(await refused(check(world, { offline: false })), /expired/i, 'never on-line');
});

test('a grant is for its model, its version and its time, and excuses nothing else', async (world) => {
  grant(world, '1.1.0', {});
  grant(world, '0.9.0', {});
  grant(world, '1.2.0', { hw: ['OTHER_X9'] });
  grant(world, '1.2.0', { from: '0.8.0' });
  grant(world, '1.2.0', { nowMs: Date.now() - 2 * DAY_MS });
  assert.match(await refused(check(world)), /expired/i);
  grant(world, '1.2.0', { from: '1.0.0', hw: ['TILL_T1'] });
  assert.is((await check(world))?.facts.version, '1.2.0');
});

test('a grant that was changed, or signed twice by one key, is no grant', async (world) => {
  grant(world, '1.2.0', { hw: ['OTHER_X9'] });
  const file = join(world.shop.repositoryFolder, 'grants.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('OTHER_X9', 'TILL_T1'));
  assert.match(await refused(check(world)), /expired/i);
  const { grants } = JSON.parse(text.replace('OTHER_X9', '*')) as { grants: { signatures: object[] }[] };
  const [first] = grants[0]?.signatures ?? [];
  writeFileSync(file, JSON.stringify({ grants: [{ ...grants[0], signatures: [first, first] }] }));
  assert.match(await refused(check(world)), /expired/i);
  for (const damaged of ['', '{', '[]', '{"grants":[1,{}]}']) {
    writeFileSync(file, damaged);
    assert.match(await refused(check(world)), /expired/i);
  }
});

test('breaking the glass: an older release comes back by a signed grant, from the version that is named, when asked for', async (world) => {
  world.nowMs = Date.now();
  world.shop.publish();
  assert.throws(() => grant(world, '0.9.0', { kind: 'rollback' }), /names the version that it leads away from/);
  grant(world, '0.9.0', { kind: 'rollback', from: '1.0.0' });
  assert.is((await check(world))?.facts.version, '0.9.0');
  assert.is((await check(world, { rollback: false }))?.facts.version, '1.2.0', 'never by itself');
  assert.is((await check(world, {}, { wanted: '1.2.0' }))?.facts.version, '1.2.0', 'a job for another one');
  assert.is((await check(world, {}, { wanted: '0.9.0' }))?.facts.version, '0.9.0');
});

test('grants do not make another vendor’s repository ours', async (world) => {
  grant(world, '1.2.0', {});
  const theirs = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-theirs-')), () => world.nowMs);
  theirs.release('1.2.0');
  cpSync(join(world.shop.repositoryFolder, 'grants.json'), join(theirs.repositoryFolder, 'grants.json'));
  const why = await refused(check(world, {}, { folder: theirs.repositoryFolder }));
  rmSync(theirs.folder, { recursive: true, force: true });
  assert.match(why, /signed by 0\/1/);
});

test.run();
