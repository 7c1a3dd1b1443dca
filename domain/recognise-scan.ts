import { readConfigurationQr } from './configuration-qr.ts';
import { maskCustomerCode, readCustomerCode } from './customer-code.ts';
import { hasNumberLayout, ORDER_NUMBER_LENGTH, readNumber } from './order-number.ts';
import type { Domain } from './payment-gateway.ts';
import type { Scan } from './scan.ts';
import { Secret } from './secret.ts';
import { readWifiQr } from './wifi-qr.ts';

/** Longer texts are nothing that the terminal knows. Characters. */
export const SCAN_LENGTH_MAX = 2048;
/** Order numbers of other vendors' terminals (cloudpay-api §5: at most 32). */
const FOREIGN_MADE = /^[0-9A-Za-z]{10,32}$/;
/**
 * From this length on, a text with the shop's prefix is taken for the shop's number even when it could be a
 * customer's code: chance alone repeats six digits once in a million codes. A shorter prefix such as `13` would
 * swallow every customer's code, so there only a whole number of our own layout counts.
 */
const TELLING_PREFIX_LENGTH = 6;

/** What the terminal knows of itself. */
export interface KnownHere {
  /** The configured prefix of this merchant's numbers; null before the first configuration. */
  readonly orderPrefix: string | null;
  readonly domains: readonly Domain[];
}

/** Scanners add line ends, tabs, a byte order mark or NULs around what they read. */
function withoutNoise(text: string): string {
  const isNoise = (at: number): boolean => /[\s\0-\x1f\ufeff]/.test(text.charAt(at));
  let from = 0;
  let to = text.length;
  while (from < to && isNoise(from)) from += 1;
  // By hand: an expression anchored at the end would try again at every place of a long run of spaces.
  while (to > from && isNoise(to - 1)) to -= 1;
  return text.slice(from, to);
}

function ownNumber(text: string, prefix: string): Scan | null {
  if (prefix === '' || !text.startsWith(prefix)) return null;
  const reading = readNumber(text, prefix);
  if (reading.ok) return { kind: 'order', number: text, of: reading.of };
  const couldBeCode = readCustomerCode(text).kind === 'customer-code';
  if (couldBeCode && prefix.length < TELLING_PREFIX_LENGTH) return null;
  if (!FOREIGN_MADE.test(text) || text.length <= prefix.length) return null;
  if (text.length === ORDER_NUMBER_LENGTH) return { kind: 'order-refused', reason: 'check-digit' };
  return { kind: 'order', number: text, of: 'order' };
}

/**
 * Names what was scanned or typed. Total: any string, never throws, time linear in its (bounded) length.
 * The shop's own numbers are judged before customers' codes, so that a slip is never charged as a code.
 */
export function recogniseScan(text: string, known: KnownHere): Scan {
  if (text.length > SCAN_LENGTH_MAX * 2) return { kind: 'unknown', what: 'too-long' };
  const read = withoutNoise(text);
  if (read === '') return { kind: 'unknown', what: 'empty' };
  if (read.length > SCAN_LENGTH_MAX) return { kind: 'unknown', what: 'too-long' };

  const special = readWifiQr(read) ?? readConfigurationQr(read, known.domains);
  if (special !== null) return special;
  if (/^[a-z][a-z0-9+.-]{1,15}:\/\//i.test(read)) return { kind: 'unknown', what: 'url' };

  const own = known.orderPrefix === null ? null : ownNumber(read, known.orderPrefix);
  if (own !== null) return own;

  const code = readCustomerCode(read);
  if (code.kind === 'customer-code') {
    return { kind: 'customer-code', platform: code.platform, code: new Secret(read), masked: maskCustomerCode(read) };
  }
  if (hasNumberLayout(read)) return { kind: 'order-refused', reason: 'foreign-prefix' };
  if (code.kind === 'other-wallet') return { kind: 'unknown', what: 'other-wallet' };
  return { kind: 'unknown', what: /^\d+$/.test(read) ? 'digits' : 'text' };
}
