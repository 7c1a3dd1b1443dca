import * as assert from 'uvu/assert';
import { yuanText } from '../../domain/fen.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { home, paid, refund } from '../support/refund-hands.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/takings');

test.before(async (world) => {
  world.bench = await Bench.start({ settings: { refundDelayMs: 200 } });
});
test.before.each(async ({ bench }) => {
  // A scenario that failed half-way must not fail the next one.
  if (bench.terminal.all('screen').at(-1)?.['name'] === 'idle') return;
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});
test.after(async ({ bench }) => {
  await bench.close();
});

const NAMES = { wechat: '微信', alipay: '支付宝' } as const;
const PAID_FEN = 1000;
const REFUND_FEN = 250;

async function shown(bench: Bench, name: string, ...parts: string[]): Promise<ScreenLine> {
  const line = await bench.terminal.next(
    `${name} with ${parts.join(', ')}`,
    (seen) =>
      seen.is === 'screen' && seen['name'] === name && parts.every((part) => String(seen['lines']).includes(part)),
  );
  return line as ScreenLine;
}

for (const [index, profile] of STATE_PROFILES.entries()) {
  for (const platform of ['wechat', 'alipay'] as const) {
    test(`B1 B2 ${platform} under ${profile}: a payment and its refund are in the flow, and the sums agree with the gateway`, async ({
      bench,
    }) => {
      const { terminal } = bench;
      bench.gateway.sandbox.change({ profile });
      const order = await paid(bench, platform, yuanText(PAID_FEN));
      await refund(bench, order, yuanText(REFUND_FEN));
      await terminal.screen('refund-accepted');
      await terminal.until('the end of the refund', ({ openRefunds }) => openRefunds.length === 0);
      await home(bench);

      terminal.press('menu', '1');
      await shown(bench, 'journal', '¥2.50');
      // The digit narrows the list to the wallet.
      terminal.press(platform === 'wechat' ? '5' : '6');
      const flow = await shown(bench, 'journal', NAMES[platform], '¥2.50');
      const [newest = '', before = ''] = flow.lines.filter((line) => line.includes('¥'));
      for (const [line, kind, yuan] of [
        [newest, '退', '¥2.50'],
        [before, '收', '¥10.00'],
      ] as const) {
        assert.ok(line.includes(kind) && line.includes(yuan), line);
      }
      assert.is(flow.order, order);
      await home(bench);

      terminal.press('menu', '2');
      const sums = await shown(bench, 'summary', '与网关一致');
      const count = index + 1;
      for (const line of [
        `${NAMES[platform]} 收${count}笔 ¥${yuanText(count * PAID_FEN)}`,
        `${NAMES[platform]} 退${count}笔 ¥${yuanText(count * REFUND_FEN)}`,
      ]) {
        assert.ok(sums.lines.includes(line), `${line} in ${String(sums.lines)}`);
      }
      terminal.press('enter');
      const slip = await terminal.ever('the summary slip', (line) => {
        return line.is === 'print' && line['kind'] === 'summary' && line.seq > sums.seq;
      });
      assert.ok(String(slip['text']).includes(yuanText(count * PAID_FEN)));
      await home(bench);
    });
  }
}

test.run();
