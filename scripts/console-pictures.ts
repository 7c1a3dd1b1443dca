import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { Bench } from '../test/support/bench.ts';
import { ConsoleWorld } from '../test/support/console-world.ts';
import { commandLine } from './command-line.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const TID = 'shop-1';
const USAGE = `Usage: npm run console-pictures -- [--out DIR]

Makes the pictures of the console for the documents: a real service, simulated terminals in shops, and one real terminal
that takes a payment. Needs Chromium.

Options:
  --out DIR  where the pictures go (docs/pictures)
  --help     this text
`;
const { values } = commandLine(USAGE, {
  options: { out: { type: 'string', default: join(PROJECT, 'docs', 'pictures') } },
});
const SIMULATED = 90;
const CUSTOMER_MS = 15_000;
const SHOPS = `'{Nanshan Tea,Futian Books,Luohu Noodles,Bao’an Garage,Yantian Fish}'::text[]`;

const executable = findChromium();
if (executable === null) throw new Error('no Chromium on this machine: set TILL_CHROMIUM');
mkdirSync(values.out, { recursive: true });
const browser = await startChromium(executable);
const world = await ConsoleWorld.open(browser);
const bench = await Bench.start({
  config: { 'fleet.url': world.broker, 'fleet.tid': TID, 'payment.windowMs': 120_000 },
});
try {
  await world.simulate(SIMULATED, 'sim', CUSTOMER_MS);
  const { db } = world.fleet.store;
  const overview = await world.visit('admin', '/', { viewport: { width: 1360, height: 820 } });
  await overview.page.locator('.tiles a').nth(SIMULATED).waitFor();
  // Some that were seen once: one without paper, one that cannot write, the others stopped for the night.
  await sql`insert into terminals (tid, first_seen_ms, online, online_changed_ms, offline_why, prn, sto, sw, hw)
    select 'pos-' || n, 1, false, 1, 'stop', case n when 1 then 'out-of-paper' else 'ok' end,
      case n when 2 then 'failed' else 'ok' end, '0.9.4', 'pos-b' from generate_series(1, 9) n`.execute(db);
  await sql`update terminals set label = (${sql.raw(SHOPS)})[1 + abs(hashtext(tid)) % 5] || ' / counter 1'`.execute(db);
  await overview.page.locator('nav .badge').waitFor();
  await overview.page.reload();
  await overview.page.locator('.map-groups a', { hasText: 'Nanshan Tea' }).waitFor();
  await overview.page.locator('[data-tile="grave"][href]').waitFor();
  await overview.page.locator('.live[data-state="live"]').waitFor();
  await overview.page.screenshot({ path: join(values.out, 'console-overview.png') });
  const { page } = await world.visit('support', `/terminals/${TID}/inside`, { viewport: { width: 1440, height: 980 } });
  await page.locator('.inside-tools button', { hasText: 'Follow live' }).click();
  await page.locator('.following').waitFor();
  bench.terminal.typeAmount('20.05');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(bench.code('wechat', 'password'));
  const asked = await bench.terminal.screen('password');
  await page.locator('[data-actor="payment.1"]').click();
  await page.locator('[data-machine="payment"] [data-state="inWindow"][data-lit]').waitFor();
  await page.screenshot({ path: join(values.out, 'console-inside.png') });
  bench.gateway.sandbox.payOrder(asked.order ?? '');
  await bench.terminal.screen('paid');
  const dark = await world.visit('admin', `/terminals/sim-00001`, {
    ...{ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 1360, height: 900 } },
  });
  await dark.page.locator('.histogram').first().waitFor();
  await dark.page.screenshot({ path: join(values.out, 'console-terminal.png') });
  console.log(`three pictures in ${values.out}`);
} finally {
  await browser.close();
  await bench.close();
  await world.close();
}
