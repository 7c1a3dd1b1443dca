import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReleaseRepository } from '../../../deploy/release/repository.ts';
import { SigningKey } from '../../../deploy/release/signing-key.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

const test = suite<{ shop: ReleaseWorkshop }>('deploy/release/repository');

test.before.each((world) => {
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-release-')));
});
test.after.each(({ shop }) => {
  rmSync(shop.folder, { recursive: true, force: true });
});

test('a repository begins with a root of two of three keys and no release', ({ shop }) => {
  assert.equal(shop.repository.releases(), []);
  const { root, targets } = shop.repository.roleKeys();
  assert.equal([root.keys.length, root.threshold, targets.keys.length, targets.threshold], [3, 2, 2, 2]);
  const stages = shop.repository.inspect().map(({ role, draft, version }) => `${role} ${version} ${String(draft)}`);
  assert.equal(stages, ['root 1 false', 'targets 1 false', 'snapshot 1 false', 'timestamp 1 false']);
});

test('a release is seen when both targets keys have signed it, not before', ({ shop }) => {
  shop.add('1.0.0');
  shop.repository.sign(shop.key('targets-1'));
  assert.throws(() => shop.publish(), /targets was signed by 1\/2 keys/);
  assert.equal(shop.repository.releases(), []);
  shop.repository.sign(shop.key('targets-2'));
  shop.publish();
  assert.equal(
    shop.repository.releases().map(({ path, facts }) => [path, facts.version, facts.rollbackIndex]),
    [['till-1.0.0.zst', '1.0.0', 1]],
  );
});

test('the same key twice is one signature, and a stranger’s key signs nothing', ({ shop }) => {
  shop.add('1.0.0');
  shop.repository.sign(shop.key('targets-1'));
  shop.repository.sign(shop.key('targets-1'));
  assert.throws(() => shop.publish(), /1\/2 keys/);
  const stranger = SigningKey.create(join(shop.folder, 'stranger.pem'));
  assert.equal(shop.repository.sign(stranger), []);
});

test('a draft that was changed after it was signed is not published', ({ shop }) => {
  shop.add('1.0.0');
  shop.signAll();
  const draft = join(shop.repositoryFolder, 'draft/targets.json');
  writeFileSync(draft, readFileSync(draft, 'utf8').replace('"rollbackIndex": 1', '"rollbackIndex": 9'));
  assert.throws(() => shop.publish(), /0\/2 keys/);
});

test('several releases wait for one signing, and a second publishing renews the timestamp alone', ({ shop }) => {
  shop.add('1.0.0');
  shop.add('1.1.0');
  shop.signAll();
  shop.publish();
  assert.equal(
    shop.repository.releases().map(({ facts }) => facts.version),
    ['1.0.0', '1.1.0'],
  );
  shop.publish();
  const versions = shop.repository.inspect().map(({ role, version }) => `${role} ${version}`);
  assert.equal(versions, ['root 1', 'targets 2', 'snapshot 3', 'timestamp 3']);
});

test('a new root needs the old root keys too', ({ shop }) => {
  const standing = shop.repository.roleKeys();
  const fresh = SigningKey.create(join(shop.folder, 'targets-3.pem'));
  const [first, second] = standing.targets.keys;
  assert.ok(first !== undefined && second !== undefined);
  const targets = { keys: [second, fresh.publicKey], threshold: 2 };
  shop.repository.rotate({ ...standing, targets });
  assert.throws(() => shop.publish(), /root was signed by 0\/2 keys/);
  shop.repository.sign(shop.key('root-1'));
  shop.repository.sign(shop.key('root-3'));
  shop.add('1.0.0');
  shop.repository.sign(shop.key('targets-2'));
  shop.repository.sign(fresh);
  shop.publish();
  assert.is(shop.repository.releases().length, 1);
  assert.is(shop.repository.roleKeys().targets.keys[1]?.keyid, fresh.publicKey.keyid);
});

test('a folder that is a repository is not begun again', ({ shop }) => {
  const again = new ReleaseRepository({ folder: shop.repositoryFolder, nowMs: () => 0 });
  assert.throws(() => again.begin(shop.repository.roleKeys()), /is a repository already/);
});

test.run();
