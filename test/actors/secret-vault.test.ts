import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SecretVault } from '../../actors/secret-vault.ts';

const test = suite('actors/secret-vault');

test('a secret is given out once', () => {
  const vault = new SecretVault<string>('code');
  const ref = vault.put('one');
  assert.is(vault.get(ref), 'one');
  assert.is(vault.take(ref), 'one');
  assert.is(vault.take(ref), undefined);
  assert.is(vault.get(ref), undefined);
});

test('a reference is never used for a second secret and does not tell the first', () => {
  const vault = new SecretVault<string>('code');
  const refs = Array.from({ length: 20 }, (_, index) => vault.put(`secret ${index}`));
  assert.is(new Set(refs).size, 20);
  assert.not.ok(refs.some((ref) => ref.includes('secret')));
});

test('only the newest eight are kept: what was scanned and never used is forgotten', () => {
  const vault = new SecretVault<number>('code');
  const refs = Array.from({ length: 20 }, (_, index) => vault.put(index));
  assert.equal(
    refs.map((ref) => vault.get(ref)).filter((kept) => kept !== undefined),
    [12, 13, 14, 15, 16, 17, 18, 19],
  );
});

test.run();
