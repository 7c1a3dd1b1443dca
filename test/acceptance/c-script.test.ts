import { ACCEPTANCE_SCRIPT } from '../../simulator/rehearsal/acceptance-script.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import { Bench } from '../support/bench.ts';
import { HeadlessCounter } from '../support/headless-counter.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/c-script');

test.before(async (world) => {
  // Short enough to wait for its end (C3), long enough for a password that is typed at once.
  world.bench = await Bench.start({ config: { 'payment.windowMs': 3000 } });
});
test.before.each(async ({ bench }) => {
  // A row that failed half-way must not fail the next one.
  if (bench.terminal.all('screen').at(-1)?.['name'] === 'idle') return;
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
});
test.after(async ({ bench }) => {
  await bench.close();
});

for (const profile of STATE_PROFILES) {
  for (const row of ACCEPTANCE_SCRIPT) {
    for (const platform of row.wallets.length === 0 ? (['wechat'] as const) : row.wallets) {
      const on = row.wallets.length === 0 ? '' : `${platform} `;
      test(`${row.id} ${on}under ${profile}: the script that a rehearsal plays holds on the real process`, async ({
        bench,
      }) => {
        bench.gateway.sandbox.change({ profile });
        await row.play(new HeadlessCounter(bench), platform);
      });
    }
  }
}

test.run();
