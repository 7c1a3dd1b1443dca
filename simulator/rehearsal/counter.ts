import type { Fen } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Key, Screen, ScreenName } from '../../domain/screen.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { CodeKind } from '../gateway/customer-codes.ts';
import type { Sandbox } from '../gateway/sandbox.ts';

/** A sentence that was spoken at the counter. */
export interface Heard {
  readonly text: string;
  readonly order: string | null;
  readonly refund: string | null;
}

/** A slip that came out at the counter. */
export interface Printed {
  readonly text: string;
  readonly orderBarcode: string | null;
}

/**
 * The place where a terminal stands: the cashier's hands, eyes and ears, the customer, and the gateway behind it. The acceptance script
 * is written against it, so that it runs on the devices of a profile in this process and over the headless interface of another one.
 */
export interface Counter {
  readonly locale: Locale;
  /** The gateway that the terminal talks to, and its ground truth. */
  readonly sandbox: Sandbox;
  /** The configured `sub_terminal_type`. */
  readonly subTerminalType: number;
  press(...keys: readonly Key[]): void;
  scan(text: string): void;
  /** The next screen with one of these names after the last one that was awaited. @throws Error when it does not come in time */
  screen(...names: readonly ScreenName[]): Promise<Screen>;
  /** A sentence that fits, also one spoken before. @throws Error naming `what` when it does not come in time */
  heard(what: string, fits: (heard: Heard) => boolean): Promise<Heard>;
  /** A slip that fits, also one printed before. @throws Error naming `what` when it does not come in time */
  printed(what: string, fits: (printed: Printed) => boolean): Promise<Printed>;
  /** Everything spoken so far, oldest first. */
  spoken(): readonly Heard[];
  /** The code that a customer shows. With a password it is typed when the script says so. */
  code(platform: Platform, kind: Extract<CodeKind, 'plain' | 'password'>): string;
}

/** The order as it truly is. @throws Error when the gateway has none of this number */
export function truthOf(counter: Counter, order: string): { readonly charges: number; readonly refundedFen: Fen } {
  const found = counter.sandbox.book().orders.find(({ number }) => number === order);
  if (found === undefined) throw new Error(`the gateway has no order ${order}`);
  return found;
}
