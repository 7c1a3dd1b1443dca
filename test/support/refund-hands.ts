import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import type { Bench } from './bench.ts';
import type { Line, ScreenLine } from './headless-terminal.ts';

/** A paid order; the terminal is at its idle screen again. */
export async function paid(bench: Bench, platform: 'wechat' | 'alipay', yuan: string): Promise<string> {
  const asked = await bench.sell(yuan, bench.code(platform));
  const screen = asked.name === 'paid' ? asked : await bench.terminal.screen('paid');
  await home(bench);
  assert.ok(screen.order !== null);
  return screen.order;
}

export async function home(bench: Bench): Promise<void> {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
}

/** One scan at the idle screen. */
export async function queried(bench: Bench, order: string): Promise<ScreenLine> {
  bench.terminal.scan(order);
  const screen = await bench.terminal.screen('order');
  assert.is(screen.order, order);
  await home(bench);
  return screen;
}

/** The refund key and the scan: the amount screen with the rest filled in. */
export async function refundAmount(bench: Bench, order: string): Promise<ScreenLine> {
  bench.terminal.press('refund');
  await bench.terminal.screen('refund-scan');
  bench.terminal.scan(order);
  const screen = await bench.terminal.screen('refund-amount');
  assert.is(screen.order, order);
  return screen;
}

export async function refund(bench: Bench, order: string, yuan: string): Promise<void> {
  await refundAmount(bench, order);
  bench.terminal.press(...([...yuan] as Key[]), 'enter');
}

export const refundedFen = (bench: Bench, order: string): number | undefined => bench.truth(order)?.refundedFen;

export const refundsAt = (bench: Bench, order: string) => bench.book.refunds.filter((one) => one.order === order);

export const slipOf = (bench: Bench, refundNumber: string, part: string): Promise<Line> =>
  bench.terminal.ever(`a refund slip with ${part}`, (line) => {
    const text = String(line['text']);
    return line.is === 'print' && line['kind'] === 'refund' && text.includes(refundNumber) && text.includes(part);
  });

export const saidOf = (bench: Bench, refundNumber: string): string[] =>
  bench.terminal
    .all('voice')
    .filter((line) => line['refund'] === refundNumber)
    .map((line) => String(line['text']));

/** What the cashier reads; nothing for other lines. */
export function linesOf(line: Line): readonly string[] {
  return line.is === 'screen' ? (line['lines'] as readonly string[]) : [];
}
