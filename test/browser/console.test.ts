import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConsoleWorld } from '../support/console-world.ts';
import { sampleBundle } from '../support/sample-bundle.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  browser: Browser;
  world: ConsoleWorld;
}

const consoleSuite = suite<World>('test/browser/console');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? consoleSuite.skip : consoleSuite;

const TERMINALS = 12;
const MANY = 100_000;

const heading = (page: Page, words: string) => page.locator('h1', { hasText: words }).waitFor();
const figure = (page: Page, name: string, count: string) =>
  page.locator(`[data-figure="${name}"] b`, { hasText: new RegExp(`^${count}$`) }).waitFor();

consoleSuite.before(async (context) => {
  if (executable === null) return;
  context.browser = await startChromium(executable);
  context.world = await ConsoleWorld.open(context.browser);
  await context.world.simulate(TERMINALS, 'sim', null);
});

consoleSuite.after(async ({ browser, world }) => {
  await browser?.close();
  await world?.close();
});

inBrowser(
  'a stranger sees the sign-in only; a wrong token is told so; the right one opens the fleet',
  async ({ world }) => {
    const { page, faults } = await world.visit(null, '/terminals');
    await heading(page, 'Sign in');
    await page.fill('input[name="token"]', 'till_wrong');
    await page.keyboard.press('Enter');
    await page.locator('[role="alert"]', { hasText: 'not known' }).waitFor();
    await page.fill('input[name="token"]', world.token('viewer'));
    await page.keyboard.press('Enter');
    await heading(page, 'Terminals');
    await page.locator('.who-name', { hasText: 'a viewer' }).waitFor();
    await page.click('text=Sign out');
    await heading(page, 'Sign in');
    const unexpected = faults.filter((fault) => !fault.includes('401'));
    assert.equal(unexpected, []);
    await page.context().close();
  },
);

inBrowser('a session that ends while somebody looks is told as that, a sign-out is not', async ({ world }) => {
  const { page } = await world.visit('viewer', '/');
  await heading(page, 'Overview');
  await page.context().clearCookies();
  // News may have made the page ask, and leave, before.
  await page.evaluate(`document.querySelector('nav a[href="/alerts"]')?.click()`);
  await heading(page, 'Sign in');
  await page.locator('.sign-in [role="status"]', { hasText: 'session has ended' }).waitFor();
  await page.fill('input[name="token"]', world.token('viewer'));
  await page.keyboard.press('Enter');
  await page.click('text=Sign out');
  await heading(page, 'Sign in');
  assert.is(await page.locator('.sign-in [role="status"]').count(), 0);
  await page.context().close();
});

inBrowser('a link with a token signs in, and the token leaves the address at once', async ({ world }) => {
  const { page } = await world.visit(null, `/#token=${world.token('support')}`);
  await heading(page, 'Overview');
  assert.not.match(page.url(), /token/);
  await page.context().close();
});

inBrowser('the fleet at a glance: every terminal is a tile, and a new one appears by itself', async ({ world }) => {
  const { page, faults } = await world.visit('viewer', '/');
  await figure(page, 'online', String(TERMINALS));
  await page
    .locator('.tiles a')
    .nth(TERMINALS - 1)
    .waitFor();
  await world.simulate(1, 'late', null);
  await figure(page, 'online', String(TERMINALS + 1));
  await page.locator('.tiles a[aria-label^="late-00001"]').waitFor();
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser('a viewer cannot command: the buttons say why, and the service refuses it too', async ({ world }) => {
  const { page, faults } = await world.visit('viewer', '/terminals/sim-00001');
  const restart = page.locator('.command-bar button', { hasText: 'Restart' });
  await restart.waitFor();
  assert.is(await restart.getAttribute('aria-disabled'), 'true');
  assert.is(await restart.getAttribute('title'), 'Needs the role operator; you are viewer.');
  await restart.focus();
  await page.keyboard.press('Enter');
  await page.locator('.said', { hasText: 'Needs the role operator' }).waitFor();
  assert.is(await page.locator('dialog').count(), 0);
  assert.equal(faults, []);
  const refused = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/terminals/sim-00001/commands', {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"op":"restart"}' },
    });
    return answer.status;
  });
  assert.is(refused, 403);
  await page.context().close();
});

inBrowser('an operator restarts a terminal after confirming, and sees how far it is', async ({ world }) => {
  const { page, faults } = await world.visit('operator', '/terminals/sim-00002/commands');
  await page.locator('.command-bar button', { hasText: 'Restart' }).click();
  await page.locator('dialog', { hasText: 'cannot take payments' }).waitFor();
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('tr[data-state="done"]', { hasText: 'Restart' }).waitFor();
  await page.locator('tr[data-state="done"]', { hasText: 'a operator' }).waitFor();
  // The new life of the terminal is told by its birth.
  await page.locator('.terminal-line', { hasText: 'Boot counter 2' }).waitFor();
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser('an alert appears in the badge, is taken over with a note, and the audit log has it', async ({ world }) => {
  const { page, faults } = await world.visit('admin', '/alerts');
  await heading(page, 'Alerts');
  // Seen once, and nothing was heard of it since: what keeps house raises the alert.
  await sql`insert into terminals (tid, first_seen_ms, sto) values ('still-00001', 1, 'failed')`.execute(
    world.fleet.store.db,
  );
  const row = page.locator('tr[data-alert]', { hasText: 'still-00001' }).filter({ hasText: 'Storage failing' });
  await row.waitFor();
  await page.locator('nav .badge').waitFor();
  await row.locator('button').click();
  await page.fill('dialog input[name="note"]', 'the shop brings it in');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('.said', { hasText: 'You have taken it over' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await heading(page, 'Audit log');
  await page.locator('tr[data-action="alert.acknowledge"]', { hasText: 'the shop brings it in' }).waitFor();
  await page.click('text=Verify the whole chain');
  await page.locator('[role="status"]', { hasText: 'Whole:' }).waitFor();
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser('a configuration is written, compared side by side, and applied in stages', async ({ world }) => {
  const { page, faults } = await world.visit('operator', '/configuration');
  for (const [volumePercent, note] of [
    [40, 'quiet'],
    [90, 'loud'],
  ] as const) {
    await page.click('text=Write a new version');
    await page.fill('textarea', '{ "volumePercent": ');
    await page.locator('dialog [role="alert"]', { hasText: 'no JSON' }).waitFor();
    await page.fill('textarea', JSON.stringify({ telemetryMs: 60_000, volumePercent }));
    await page.fill('dialog input[name="note"]', note);
    await page.locator('dialog button[type="submit"]').click();
    await page.locator('tr[data-version]', { hasText: note }).waitFor();
  }
  await page.locator('.diff td[data-change="removed"]', { hasText: '"volumePercent": 40' }).waitFor();
  await page.locator('.diff td[data-change="added"]', { hasText: '"volumePercent": 90' }).waitFor();
  await page.locator('tr[data-version]', { hasText: 'loud' }).locator('button').click();
  await page.fill('dialog input[name="q"]', 'sim-');
  await page.locator(`dialog [data-preview="${TERMINALS}"]`).waitFor();
  await page.fill('dialog input[name="waves"]', '50, 100');
  await page.fill('dialog input[name="soak"]', '0');
  await page.locator('dialog button[type="submit"]').click();
  await page.locator('tr[data-rollout] a').click();
  await heading(page, 'Rollout');
  await page.locator('.pill', { hasText: 'done' }).waitFor();
  await page.locator('.heat-words', { hasText: `applied ${TERMINALS}` }).waitFor();
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser(
  'a support bundle opens in the browser alone; another file is told what is wrong with it',
  async ({ world }) => {
    const { page, faults } = await world.visit('viewer', '/bundle');
    await heading(page, 'Support bundle');
    const asked: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()));
    const file = (name: string, text: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    await page.setInputFiles('input[type="file"]', file('holiday.json', '{"is":"a holiday"}'));
    await page.locator('[role="alert"]', { hasText: 'holiday.json cannot be opened: not a support bundle' }).waitFor();
    await page.setInputFiles('input[type="file"]', file('bundle.json', JSON.stringify(sampleBundle())));
    await page.locator('tr[data-check="clock"]', { hasText: 'two years behind' }).waitFor();
    await page.locator('[role="tab"]', { hasText: 'Inside' }).click();
    await page.locator('[data-machine="payment"] [data-state="inWindow.querying"][data-lit="a"]').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[data-machine="payment"] [data-state="inWindow.submitting"][data-lit="a"]').waitFor();
    await page.locator('.json-masked').first().waitFor();
    assert.equal(asked, [], 'nothing of the file leaves the browser');
    assert.equal(faults, []);
    await page.context().close();
  },
);

inBrowser('Chinese or English, light or dark: by the browser’s wish, else by the reader’s', async ({ world }) => {
  const { page } = await world.visit('viewer', '/', { locale: 'zh-CN', colorScheme: 'dark' });
  await heading(page, '总览');
  assert.is(await page.getAttribute('html', 'data-theme'), 'dark');
  assert.is(await page.getAttribute('html', 'lang'), 'zh-CN');
  await page.click('text=English');
  await page.click('button:has-text("Light")');
  await heading(page, 'Overview');
  await page.reload();
  await heading(page, 'Overview');
  assert.is(await page.getAttribute('html', 'data-theme'), 'light');
  await page.context().close();
});

inBrowser('100,000 terminals: listed, searched and opened by the keyboard alone', async ({ world }) => {
  await sql`insert into terminals (tid, label, first_seen_ms, sw, hw, sn, prn)
    select 'bulk-' || lpad(n::text, 6, '0'), 'shop ' || (n % 500) || ' / counter ' || n, 1, '0.9.' || (n % 3), 'pos-b',
      'SN' || n, 'ok' from generate_series(1, ${MANY}) n`.execute(world.fleet.store.db);
  await sql`analyze terminals`.execute(world.fleet.store.db);
  const { page, faults } = await world.visit('viewer', '/terminals?hw=pos-b');
  await page.locator(`.grid-foot[data-count="${MANY}"]`).waitFor();
  await page.locator('[data-tid="bulk-000001"]').waitFor();
  assert.ok((await page.locator('.grid-line').count()) < 100, 'only what is in sight is in the page');
  // On the way down the next pages are read.
  await page.locator('.grid-scroll').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.locator('[data-tid="bulk-000200"]').waitFor();
  await page.locator('.grid-scroll').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.locator('.grid-foot', { hasText: /^[4-9]00 of 100,000/ }).waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.keyboard.type('bulk-09999');
  await page.locator('.grid-foot[data-count="10"]').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.locator('[data-tid="bulk-099991"][aria-selected="true"]').waitFor();
  await page.keyboard.press('Enter');
  await heading(page, 'bulk-099991');
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser('a page that does not exist says so, and so does a terminal that is not known', async ({ world }) => {
  const { page } = await world.visit('viewer', '/terminals/nobody');
  await page.locator('[role="alert"]', { hasText: 'terminal nobody is not known' }).waitFor();
  const answer = await page.request.get(`${world.url}/api/v1/nothing`);
  assert.is(answer.status(), 404);
  assert.match(answer.headers()['content-security-policy'] ?? '', /default-src 'self'/);
  await page.context().close();
});

consoleSuite.run();
