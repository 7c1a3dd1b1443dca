import type { Fen } from './fen.ts';

/** The names that scripts may rely on (headless interface). */
export const SCREEN_NAMES = [
  'unconfigured',
  'configuring',
  'configured',
  'config-failed',
  'idle',
  'amount',
  'present-code',
  'paying',
  'password',
  'paid',
  'failed',
  'unknown',
  'refused',
  'confirm',
  'order',
  'order-not-found',
  'query-scan',
  'refund-scan',
  'refund-pin',
  'refund-pin-set',
  'refund-amount',
  'refunding',
  'refund-accepted',
  'refund-failed',
  'refund-unknown',
  'wifi-joining',
  'wifi-joined',
  'wifi-failed',
  'domain-check',
  'menu',
  'journal',
  'summary',
  'staff',
  'shift',
  'self-test',
  'support',
  'unbind',
  'upgrade',
  'settings',
] as const;

/** A name of a screen, as `expect` and the headless interface use it. */
export type ScreenName = (typeof SCREEN_NAMES)[number];

/** What the cashier reads. The first line is the heading; drivers may set a line that is an amount and nothing else in large type. */
export interface Screen {
  readonly name: ScreenName;
  readonly lines: readonly string[];
  /** out_trade_no of the order on the screen. */
  readonly order: string | null;
  readonly amountFen: Fen | null;
  /** A text for a phone to scan; drivers draw it as a QR code where it fits, the lines say the same in words. */
  readonly qr?: string;
  /** Epoch ms at which the gateway closes the order on the screen if nobody pays; drivers may count down to it. */
  readonly closesAtMs?: number;
}

/** Every key that a terminal may have, by the names of the headless interface. Keypads map their own keys to these. */
export const KEYS = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '.',
  'enter',
  'cancel',
  'backspace',
  'refund',
  'query',
  'menu',
  'replay',
  'reprint',
  'up',
  'down',
] as const;

/** One key of the keypad. */
export type Key = (typeof KEYS)[number];

/** Narrows a name from outside (a script, a key map) to a key. */
export function isKey(text: string): text is Key {
  return (KEYS as readonly string[]).includes(text);
}

/** A key that belongs to an amount or a number: a digit. */
export function isDigitKey(key: Key): boolean {
  return /^\d$/.test(key);
}
