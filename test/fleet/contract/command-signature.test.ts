import { generateKeyPairSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isSignedCommand, readCommandKey, signCommand } from '../../../fleet/contract/command-signature.ts';

const signature = suite('fleet/contract/command-signature');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const command = { id: 'c-1', op: 'volume', args: { percent: 40, quick: true }, exp: 1_800_000_000_000, by: 'lin' };
const sig = signCommand('till-1', command, privateKey);

signature('what the operator signed for this terminal holds, in whatever order its fields come', () => {
  assert.ok(isSignedCommand('till-1', { ...command, sig }, publicKey));
  const { args, ...rest } = command;
  assert.ok(
    isSignedCommand('till-1', { sig, args: { quick: args.quick, percent: args.percent }, t: 5, ...rest }, publicKey),
  );
});

signature('anything else does not', () => {
  const wrong: readonly (readonly [string, object])[] = [
    ['another operation', { op: 'restart' }],
    ['another argument', { args: { percent: 41, quick: true } }],
    ['a longer life', { exp: command.exp + 1 }],
    ['another id', { id: 'c-2' }],
    ['another name', { by: 'wu' }],
    ['no signature', { sig: undefined }],
    ['half a signature', { sig: sig.slice(0, 43) }],
    ['a signature of nothing', { sig: 'A'.repeat(86) }],
    ['a signature in another alphabet', { sig: sig.replace(/[-_]/g, '+') + '=' }],
  ];
  for (const [what, change] of wrong) {
    assert.not.ok(isSignedCommand('till-1', { ...command, sig, ...change }, publicKey), what);
  }
  assert.not.ok(isSignedCommand('till-2', { ...command, sig }, publicKey), 'another terminal');
  const other = generateKeyPairSync('ed25519');
  assert.not.ok(isSignedCommand('till-1', { ...command, sig }, other.publicKey), 'another key');
});

signature('a key of another kind is refused, not used in some other way', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  assert.throws(() => signCommand('till-1', command, rsa.privateKey), /Ed25519/);
  assert.throws(() => readCommandKey(String(rsa.publicKey.export({ type: 'spki', format: 'pem' }))), /Ed25519/);
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  assert.ok(isSignedCommand('till-1', { ...command, sig }, readCommandKey(pem)));
});

signature.run();
