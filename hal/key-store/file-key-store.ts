import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { TerminalFailure } from '../../domain/failure.ts';
import type { Disk } from '../disk/contract.ts';
import type { Random } from '../random/contract.ts';
import type { KeyStore } from './contract.ts';

const MARK = Buffer.from('TILLKEY1', 'latin1');
const KEY_BYTES = 32;
const FILE_BYTES = MARK.length + KEY_BYTES + 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The terminal's own key in a file of mode 0600: mark, 32 bytes, CRC32. Made at the first start, durable before it is used.
 * A file that is there but not whole is never replaced: everything sealed with the old key would be lost without a word.
 * @throws TerminalFailure `storage.corrupt` (the file is damaged), `storage.failed` (the disk refused)
 */
export function openFileKeyStore(options: {
  readonly disk: Disk;
  readonly path: string;
  readonly random: Random;
}): KeyStore {
  const key = keyFrom(options);
  const sealingKey = derive(key, 'till seal v1');
  // A key object: Node takes raw key bytes apart anew for every code otherwise.
  const macKey = createSecretKey(derive(key, 'till mac v1'));
  return {
    seal(plain, label) {
      const nonce = options.random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(label, 'utf8'));
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
    },
    unseal(sealed, label) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) throw unfit(label, 'too short');
      const tagAt = sealed.length - TAG_BYTES;
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, sealed.subarray(0, NONCE_BYTES), options);
      decipher.setAAD(Buffer.from(label, 'utf8')).setAuthTag(sealed.subarray(tagAt));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagAt)), decipher.final()]);
      } catch (cause) {
        throw unfit(label, 'bytes, label or key do not fit', cause);
      }
    },
    mac: (text) => createHmac('sha256', macKey).update(text, 'utf8').digest('hex'),
  };
}

function keyFrom(options: { readonly disk: Disk; readonly path: string; readonly random: Random }): Uint8Array {
  const { disk, path } = options;
  try {
    if (!disk.exists(path)) create(disk, path, options.random.bytes(KEY_BYTES));
    // A process that was killed between rename and sync left a name that a power cut would still take back.
    disk.syncFolder(dirname(path));
    return checkedKey(disk.read(path), path);
  } catch (cause) {
    if (cause instanceof TerminalFailure) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TerminalFailure('storage.failed', `the key file ${path} cannot be read or made: ${why}`, { cause });
  }
}

function create(disk: Disk, path: string, key: Uint8Array): void {
  const folder = dirname(path);
  disk.makeFolder(folder);
  const draft = join(folder, `.${basename(path)}.new`);
  if (disk.exists(draft)) disk.remove(draft);
  const bytes = Buffer.alloc(FILE_BYTES);
  MARK.copy(bytes);
  bytes.set(key, MARK.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, FILE_BYTES - 4)), FILE_BYTES - 4);
  const file = disk.open(draft, 0o600);
  try {
    file.write(bytes, 0);
    file.sync();
  } finally {
    file.close();
  }
  disk.rename(draft, path);
}

function checkedKey(bytes: Uint8Array, path: string): Uint8Array {
  const file = Buffer.from(bytes);
  const whole =
    file.length === FILE_BYTES &&
    file.subarray(0, MARK.length).equals(MARK) &&
    file.readUInt32BE(FILE_BYTES - 4) === crc32(file.subarray(0, FILE_BYTES - 4));
  if (!whole) {
    const remedy =
      'restore it from a backup, or remove it together with the settings and scan the configuration QR again';
    throw new TerminalFailure('storage.corrupt', `the key file ${path} is damaged (${file.length} bytes); ${remedy}`);
  }
  return file.subarray(MARK.length, MARK.length + KEY_BYTES);
}

function derive(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), purpose, KEY_BYTES));
}

function unfit(label: string, why: string, cause?: unknown): TerminalFailure {
  return new TerminalFailure('storage.corrupt', `sealed data "${label}" cannot be opened: ${why}`, { cause });
}
