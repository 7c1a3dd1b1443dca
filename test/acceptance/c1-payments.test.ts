import * as assert from 'uvu/assert';
import type { Platform } from '../../domain/platform.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import { suite } from '../support/scenarios.ts';

interface World {
  bench: Bench;
}

const test = suite<World>('acceptance/c1-payments');

test.before(async (world) => {
  world.bench = await Bench.start();
});
test.after(async ({ bench }) => {
  await bench.close();
});

const SUCCESS: Readonly<Record<Platform, string>> = { wechat: '微信支付收款成功', alipay: '支付宝收款成功' };
const AMOUNTS = [
  { yuan: '0.02', fen: 2, words: '零点零二元' },
  { yuan: '20.05', fen: 2005, words: '二十点零五元' },
  { yuan: '10.05', fen: 1005, words: '十点零五元' },
  { yuan: '1', fen: 100, words: '一元' },
  { yuan: '49999.9', fen: 4_999_990, words: '四万九千九百九十九点九元' },
] as const;

for (const profile of STATE_PROFILES) {
  for (const platform of ['wechat', 'alipay'] as const) {
    for (const { yuan, fen, words } of AMOUNTS) {
      test(`C1 B3 C7 ${platform} under ${profile}: ${yuan} is paid, said with platform and amount, charged once`, async ({
        bench,
      }) => {
        bench.gateway.sandbox.change({ profile });
        await bench.sell(yuan, bench.code(platform));
        const paid = await bench.terminal.screen('paid');
        assert.is(paid.amountFen, fen);
        assert.is(bench.truth(paid.order)?.charges, 1);
        assert.is(bench.truth(paid.order)?.totalFen, fen);
        assert.is(bench.truth(paid.order)?.platform, platform);
        const voice = await bench.terminal.ever(
          'the paid voice',
          (line) => line.is === 'voice' && line['order'] === paid.order,
        );
        assert.is(voice['text'], `${SUCCESS[platform]}，${words}`);
        const slip = await bench.terminal.printed(
          'the slip',
          (line) => line['order'] === undefined && line['orderBarcode'] === paid.order,
        );
        assert.is(slip['kind'], 'payment');
        bench.terminal.press('cancel');
        await bench.terminal.screen('idle');
      });
    }
  }
}

test.run();
