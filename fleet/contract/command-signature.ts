import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Command } from './commands.ts';

/** Names what is signed, so that no signature made for something else can stand for a command. */
const MARK = 'till-command-v1\n';
const SIGNATURE_BYTES = 64;

/** What of a command its signature covers: everything but when it was sent. The terminal is part of it: nobody else may be told the same. */
export type SignedPart = Pick<Command, 'id' | 'op' | 'args' | 'exp' | 'by'>;

function signingBytes(tid: string, { id, op, args, exp, by }: SignedPart): Buffer {
  return Buffer.from(MARK + canonicalJson({ tid, id, op, args: args ?? {}, exp, by }), 'utf8');
}

/** `sig` of a command for one terminal: Ed25519, base64url. @throws Error when the key is none of Ed25519 */
export function signCommand(tid: string, command: SignedPart, key: KeyObject): string {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('commands are signed with an Ed25519 key');
  return sign(null, signingBytes(tid, command), key).toString('base64url');
}

/** Whether the command was signed for this very terminal by the owner of the key. Never throws. */
export function isSignedCommand(tid: string, command: Command, key: KeyObject): boolean {
  const { sig } = command;
  if (sig === undefined || !/^[A-Za-z0-9_-]{86}$/.test(sig)) return false;
  const signature = Buffer.from(sig, 'base64url');
  return signature.length === SIGNATURE_BYTES && verify(null, signingBytes(tid, command), key, signature);
}

/** The public key of a PEM file. @throws Error in words when it is none of Ed25519 */
export function readCommandKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('a key that commands are signed with must be Ed25519');
  return key;
}
