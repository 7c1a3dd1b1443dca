import type { Platform } from '../../domain/platform.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { Counter } from './counter.ts';

/** One test case of the acceptance table, played by a cashier and a customer who follow a script. */
export interface RehearsalRow {
  readonly id: 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8';
  readonly words: Readonly<Record<Locale, string>>;
  /** On which wallets it is played; empty: it is about none, and is played once. */
  readonly wallets: readonly Platform[];
  /** Starts and ends at the idle screen. @throws Error in words when the row does not hold */
  play(counter: Counter, platform: Platform): Promise<void>;
}

/** Both wallets. */
export const BOTH_WALLETS: readonly Platform[] = ['wechat', 'alipay'];

/** @throws Error saying `what` is not so */
export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
