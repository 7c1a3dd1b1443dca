import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Signature } from '@tufjs/models';

/** Raw bytes of an Ed25519 public key at the end of its SPKI form. */
const PUBLIC_BYTES = 32;

/** A key of a role, as the root names it. */
export interface PublicKey {
  readonly keyid: string;
  readonly keytype: 'ed25519';
  readonly scheme: 'ed25519';
  readonly keyval: { readonly public: string };
}

function publicKeyOf(key: KeyObject): PublicKey {
  const raw = key.export({ type: 'spki', format: 'der' }).subarray(-PUBLIC_BYTES);
  const keyid = createHash('sha256').update(raw).digest('hex');
  return { keyid, keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw.toString('hex') } };
}

/**
 * The public half in a PEM file: of a key file, or what a token exports.
 * @throws Error in words when the file holds no Ed25519 key
 */
export function readPublicKey(file: string): PublicKey {
  const key = createPublicKey(readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  return publicKeyOf(key);
}

/** An Ed25519 key in a PKCS#8 PEM file: what a person carries on a stick, or a token exports for its public half only. */
export class SigningKey {
  readonly publicKey: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.publicKey = publicKeyOf(createPublicKey(key));
  }

  /** Makes a key and writes its file, for the owner's eyes only. @throws when there is one already */
  static create(file: string): SigningKey {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    return new SigningKey(privateKey);
  }

  /** @throws Error in words when the file holds no Ed25519 key */
  static read(file: string): SigningKey {
    const key = createPrivateKey(readFileSync(file, 'utf8'));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
    return new SigningKey(key);
  }

  sign(data: Buffer): Signature {
    return new Signature({ keyID: this.publicKey.keyid, sig: sign(null, data, this.#key).toString('hex') });
  }
}
