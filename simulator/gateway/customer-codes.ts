import type { Platform } from '../../domain/platform.ts';
import type { Random } from '../../hal/random/contract.ts';
import { PAYS_AT_ONCE, type Life } from './order.ts';

/** What a test code makes the customer do. */
export type CodeKind = 'plain' | 'password' | 'insufficient' | 'stops' | 'never';

/** A ready code for the demo drawer. */
export interface ReadyCode {
  readonly platform: Platform;
  readonly kind: CodeKind;
  readonly code: string;
  /** Seconds until the customer has typed the password, or gives up; 0 where it means nothing. */
  readonly waitS: number;
}

/**
 * Test codes, 18 digits: `PP 8008 K SSS RRRRRRRR`. PP = 13 (WeChat) or 28 (Alipay), K = kind, SSS = seconds, R = random.
 * Any other code of a wallet is a plain one.
 */
const MARK = '8008';
const KIND_DIGITS: Readonly<Record<CodeKind, string>> = {
  plain: '1',
  password: '2',
  insufficient: '3',
  stops: '4',
  never: '5',
};
const PREFIXES: Readonly<Record<Platform, string>> = { wechat: '13', alipay: '28' };
const KINDS: readonly CodeKind[] = ['plain', 'password', 'insufficient', 'stops', 'never'];
const TEST_CODE = /^\d\d8008([1-5])(\d{3})\d{8}$/;

/** The wallet's words when the customer has too little; they reach the cashier as they are. */
export const INSUFFICIENT_BALANCE = '余额不足，请更换支付方式。';

/** The wallet whose codes begin so (§5); null for any other. */
export function platformOfCode(code: string): Platform | null {
  const first = Number(code.slice(0, 2));
  if (first >= 10 && first <= 15) return 'wechat';
  return first >= 25 && first <= 30 ? 'alipay' : null;
}

/** The life that the digits of the code ask for. */
export function lifeOfCode(code: string): Life {
  const match = TEST_CODE.exec(code);
  const afterMs = Number(match?.[2] ?? 0) * 1000;
  switch (match?.[1]) {
    case KIND_DIGITS.password:
      return { kind: 'pays', afterMs, meanwhile: 'waiting' };
    case KIND_DIGITS.insufficient:
      return { kind: 'refused', description: INSUFFICIENT_BALANCE };
    case KIND_DIGITS.stops:
      return { kind: 'stops', afterMs };
    case KIND_DIGITS.never:
      return { kind: 'waits' };
    default:
      return PAYS_AT_ONCE;
  }
}

/** A fresh code. @param waitS whole seconds, 0–999 */
export function makeCode(platform: Platform, kind: CodeKind, waitS: number, random: Random): string {
  if (!Number.isInteger(waitS) || waitS < 0 || waitS > 999) throw new RangeError(`waitS must be 0–999, not ${waitS}`);
  const tail = Array.from(random.bytes(8), (byte) => String(byte % 10)).join('');
  return `${PREFIXES[platform]}${MARK}${KIND_DIGITS[kind]}${String(waitS).padStart(3, '0')}${tail}`;
}

/** One fresh code of each kind for each wallet. */
export function readyCustomerCodes(random: Random): ReadyCode[] {
  return (['wechat', 'alipay'] as const).flatMap((platform) =>
    KINDS.map((kind) => {
      const waitS = kind === 'password' || kind === 'stops' ? 8 : 0;
      return { platform, kind, code: makeCode(platform, kind, waitS, random), waitS };
    }),
  );
}
