import { checkDigit, hasValidCheckDigit } from './check-digit.ts';
import { TerminalFailure } from './failure.ts';

/**
 * Every number that this terminal makes has 24 characters: as CODE128 set C with two dots a module that is 374 dots,
 * the most that fits the 384 dots of 58 mm paper.
 *
 *     prefix (1–14) │ device (4) │ counter (the rest) │ kind (1) │ check digit (1)
 */
export const ORDER_NUMBER_LENGTH = 24;
const ORDER_PREFIX_LENGTH_MAX = 14;
const DEVICE_DIGITS = 4;
/** What stands around the counter besides the prefix: device, kind and check digit. */
const FIXED_DIGITS = DEVICE_DIGITS + 2;

/** What a number is made for. Orders and refunds count on the same counter, in layouts that cannot be mixed up. */
export type NumberOf = 'order' | 'refund';

/** Far apart on purpose: a worn digit of an order must not look like a refund's. */
const KIND_DIGIT: Record<NumberOf, string> = { order: '1', refund: '8' };

/** What a number is composed of. */
export interface NumberParts {
  /** `cloud_cashier_id` of the configuration: 1 to 14 digits or letters. */
  readonly prefix: string;
  /** Four digits, see `devicePart`. */
  readonly device: string;
  /** From the durable counter; 0 ≤ counter < `counterCapacity(prefix)`. */
  readonly counter: number;
  readonly of: NumberOf;
}

/**
 * What a text is as one of our numbers; if it is none, why: a slip that was misread, another shop's, or something else.
 */
export type NumberReading =
  | { readonly ok: true; readonly of: NumberOf; readonly counter: number; readonly device: string }
  | { readonly ok: false; readonly reason: 'check-digit' | 'foreign-prefix' | 'malformed' };

function requirePrefix(prefix: string): void {
  if (/^[0-9A-Za-z]{1,14}$/.test(prefix)) return;
  throw new TerminalFailure(
    'configuration.invalid',
    `order prefix "${prefix.slice(0, 40)}" must be 1 to ${ORDER_PREFIX_LENGTH_MAX} digits or letters; make a new configuration QR with a shorter prefix`,
  );
}

function counterDigits(prefix: string): number {
  return ORDER_NUMBER_LENGTH - FIXED_DIGITS - prefix.length;
}

/**
 * How many numbers a device can make under this prefix (10^10 for the usual 8 digits).
 * @throws TerminalFailure `configuration.invalid`
 */
export function counterCapacity(prefix: string): number {
  requirePrefix(prefix);
  return 10 ** Math.min(counterDigits(prefix), 15);
}

/**
 * The device's own four digits, from a hash of its serial number (at least 12 hex characters), so that the devices of
 * a shop count in ranges of their own.
 */
export function devicePart(snHashHex: string): string {
  if (!/^[0-9a-f]{12,}$/i.test(snHashHex))
    throw new RangeError('a device part needs a hash of at least 12 hex characters');
  return String(Number.parseInt(snHashHex.slice(0, 12), 16) % 10_000).padStart(DEVICE_DIGITS, '0');
}

/**
 * An order or refund number (M5). Pure: the caller takes `counter` from the durable counter, once.
 * @throws TerminalFailure `configuration.invalid` (prefix), `order-number.exhausted` (the counter is used up)
 */
export function composeNumber({ prefix, device, counter, of }: NumberParts): string {
  const capacity = counterCapacity(prefix);
  if (!/^\d{4}$/.test(device)) throw new RangeError('a device part has four digits');
  if (!Number.isSafeInteger(counter) || counter < 0) throw new RangeError(`not a counter: ${counter}`);
  if (counter >= capacity) {
    throw new TerminalFailure(
      'order-number.exhausted',
      `all ${capacity} numbers of prefix ${prefix} on this terminal are used; configure the terminal again with a new or shorter prefix`,
    );
  }
  const body = prefix + device + String(counter).padStart(counterDigits(prefix), '0') + KIND_DIGIT[of];
  return body + checkDigit(body);
}

/** Reads a number of our own layout back. Any string; never throws. */
export function readNumber(text: string, prefix: string): NumberReading {
  if (text.length !== ORDER_NUMBER_LENGTH || !/^[0-9A-Za-z]+$/.test(text)) return { ok: false, reason: 'malformed' };
  if (prefix.length === 0 || prefix.length > ORDER_PREFIX_LENGTH_MAX || !text.startsWith(prefix)) {
    return { ok: false, reason: 'foreign-prefix' };
  }
  const own = text.slice(prefix.length);
  const of = own.at(-2) === KIND_DIGIT.order ? 'order' : own.at(-2) === KIND_DIGIT.refund ? 'refund' : null;
  if (of === null || !/^\d+$/.test(own) || !hasValidCheckDigit(text)) return { ok: false, reason: 'check-digit' };
  return { ok: true, of, device: own.slice(0, DEVICE_DIGITS), counter: Number(own.slice(DEVICE_DIGITS, -2)) };
}

/** True when the text has the layout of any Till's number, whatever its prefix: another merchant's slip. */
export function hasNumberLayout(text: string): boolean {
  if (!/^[0-9A-Za-z]{1,14}\d{10,23}$/.test(text) || text.length !== ORDER_NUMBER_LENGTH) return false;
  return (text.at(-2) === KIND_DIGIT.order || text.at(-2) === KIND_DIGIT.refund) && hasValidCheckDigit(text);
}
