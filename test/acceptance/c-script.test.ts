import { ACCEPTANCE_SCRIPT } from '../../simulator/rehearsal/acceptance-script.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import { HeadlessCounter } from '../support/headless-counter.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench; hasty: Bench }>('acceptance/c-script');

test.before(async (world) => {
  // Two counters: one whose window nobody wants to see the end of, and a hasty one for the customer who is too slow.
  world.bench = await Bench.start();
  world.hasty = await Bench.start({ config: { 'payment.windowMs': 1500 } });
});
test.before.each(async ({ bench, hasty }) => {
  for (const { terminal } of [bench, hasty]) {
    // A row that failed half-way must not fail the next one.
    if (terminal.all('screen').at(-1)?.['name'] === 'idle') continue;
    terminal.press('cancel');
    await terminal.screen('idle');
  }
});
test.after(async ({ bench, hasty }) => {
  await bench.close();
  await hasty.close();
});

for (const profile of STATE_PROFILES) {
  for (const row of ACCEPTANCE_SCRIPT) {
    for (const platform of row.wallets.length === 0 ? (['wechat'] as const) : row.wallets) {
      const on = row.wallets.length === 0 ? '' : `${platform} `;
      test(`${row.id} ${on}under ${profile}: the script that a rehearsal plays holds on the real process`, async (world) => {
        const bench = row.id === 'C3' ? world.hasty : world.bench;
        bench.gateway.sandbox.change({ profile });
        await row.play(new HeadlessCounter(bench), platform);
      });
    }
  }
}

test.run();
