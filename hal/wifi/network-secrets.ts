import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { WifiNetwork } from '../../domain/wifi-network.ts';

const derive = promisify(pbkdf2);
const PSK_ROUNDS = 4_096;
const PSK_BYTES = 32;

/** A text's UTF-8 bytes in hex: nothing in it can be read as a command. */
export const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

/** IEEE 802.11i: 64 hex digits are the key itself, anything else is a passphrase from which it is derived. Hex. */
export async function pskOf({ ssid, passphrase }: WifiNetwork): Promise<string> {
  const text = passphrase?.reveal() ?? '';
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  const key = await derive(Buffer.from(text, 'utf8'), Buffer.from(ssid, 'utf8'), PSK_ROUNDS, PSK_BYTES, 'sha1');
  return key.toString('hex');
}

/** A WEP key in hex: 5 or 13 characters stand for themselves, 10 or 26 hex digits are one already. */
export function wepKeyOf({ passphrase }: WifiNetwork): string {
  const text = passphrase?.reveal() ?? '';
  return /^([0-9a-fA-F]{10}|[0-9a-fA-F]{26})$/.test(text) ? text.toLowerCase() : hexOf(text);
}
