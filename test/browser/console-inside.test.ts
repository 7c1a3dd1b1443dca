import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import { ConsoleWorld, type Visit } from '../support/console-world.ts';
import { findChromium, startChromium } from './chromium.ts';

interface World {
  browser: Browser;
  world: ConsoleWorld;
  bench: Bench;
}

const inside = suite<World>('test/browser/console-inside');
const executable = findChromium();
/** Without a browser on the machine these stay untested, and the report says so. */
const inBrowser = executable === null ? inside.skip : inside;

const TID = 'shop-1';
/** Longer than the slowest browser looks at a payment that waits for its customer. */
const WINDOW_MS = 120_000;
/** Transitions of all actors between a typed amount and the screen that asks for a code, with room for what else goes on. */
const BACK_MAX = 200;

inside.before(async (context) => {
  if (executable === null) return;
  context.browser = await startChromium(executable);
  context.world = await ConsoleWorld.open(context.browser);
  context.bench = await Bench.start({
    config: { 'fleet.url': context.world.broker, 'fleet.tid': TID, 'payment.windowMs': WINDOW_MS },
  });
  await context.world.online(TID);
});

inside.after(async ({ browser, world, bench }) => {
  await browser?.close();
  await bench?.close();
  await world?.close();
});

const lit = (page: Page, machine: string, state: string, side = 'a') =>
  page.locator(`.chart:not([data-small])[data-machine="${machine}"] [data-state="${state}"][data-lit="${side}"]`);

/** The number of the step that is shown, and of how many. */
async function stepOf(page: Page): Promise<readonly [number, number]> {
  const told = await page.locator('[data-step]').innerText();
  const [n = 0, of = 0] = (told.match(/\d+/g) ?? []).map(Number);
  return [n, of];
}

/** Asks for a snapshot and waits until it is the one that is shown; its id. */
async function look(page: Page, button: string): Promise<string> {
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/commands')),
    page.locator('.inside-tools button', { hasText: button }).click(),
  ]);
  const { id } = (await answer.json()) as { readonly id: string };
  await page.locator(`[data-snapshot="${id}"]`).waitFor();
  return id;
}

/** Looks inside, with every transition that follows. */
async function follow(world: ConsoleWorld): Promise<Visit> {
  const visit = await world.visit('support', `/terminals/${TID}/inside`);
  await look(visit.page, 'Follow live');
  await visit.page.locator('.following').waitFor();
  return visit;
}

inBrowser('a payment goes through, and its chart lights up while it does', async ({ world, bench }) => {
  const { page, faults } = await follow(world);
  const { terminal } = bench;
  terminal.typeAmount('20.05');
  await terminal.screen('present-code');
  await page.locator('[data-actor="cashier"]', { hasText: 'presentCode' }).waitFor();
  // The customer must enter the password: the payment waits in its state until the bench says so.
  const code = bench.code('wechat', 'password');
  terminal.scan(code);
  const asked = await terminal.screen('password');
  const payment = page.locator('[data-actor^="payment"]').first();
  await payment.click();
  await lit(page, 'payment', 'inWindow.passwordEntry')
    .or(lit(page, 'payment', 'inWindow.querying'))
    .waitFor();
  await lit(page, 'payment', 'inWindow').waitFor();
  await page.locator('.json-masked').first().waitFor();
  assert.not.ok((await page.content()).includes(code), 'the customer’s code never left the terminal');
  bench.gateway.sandbox.payOrder(asked.order ?? '');
  await terminal.screen('paid');
  await page.locator('[data-actor="cashier"]', { hasText: 'result › paid' }).click();
  await lit(page, 'cashier', 'result.paid').waitFor();
  assert.equal(faults, []);
  await page.context().close();
});

inBrowser(
  'the timeline is stepped back and forward, and the chart shows the state of that step',
  async ({ world, bench }) => {
    const { page, faults } = await follow(world);
    const { terminal } = bench;
    terminal.press('cancel');
    await terminal.screen('idle');
    terminal.typeAmount('7');
    await terminal.screen('present-code');
    await page.locator('[data-actor="cashier"]', { hasText: 'presentCode' }).click();
    await lit(page, 'cashier', 'presentCode').waitFor();
    const [last, of] = await stepOf(page);
    assert.is(last, of, 'what follows is shown as it comes');
    // Back to where the amount was typed, one transition at a time.
    const isTyping = () => lit(page, 'cashier', 'amount').isVisible();
    for (let steps = 0; steps < BACK_MAX && !(await isTyping()); steps += 1) {
      const [before] = await stepOf(page);
      await page.keyboard.press('ArrowLeft');
      await page.locator(`[data-step]:not([data-step="${before}"])`).waitFor();
    }
    assert.ok(await isTyping());
    assert.is(await lit(page, 'cashier', 'presentCode').count(), 0);
    await page.keyboard.press('End');
    await lit(page, 'cashier', 'presentCode').waitFor();
    await page.keyboard.press('Home');
    await page.locator('[data-step="1"]').waitFor();
    await page.click('[aria-label="Step forward"]');
    await page.locator('[data-step="2"]').waitFor();
    // Live goes on for a reader who goes back to the newest.
    await page.keyboard.press('End');
    terminal.press('cancel');
    await terminal.screen('idle');
    await lit(page, 'cashier', 'idle').waitFor();
    assert.equal(faults, []);
    await page.context().close();
  },
);

inBrowser('two snapshots are compared: what differs is listed and lit in two colours', async ({ world, bench }) => {
  const { page, faults } = await world.visit('support', `/terminals/${TID}/inside`);
  const { terminal } = bench;
  const earlier = await look(page, 'Take a snapshot');
  terminal.typeAmount('9');
  await terminal.screen('present-code');
  await look(page, 'Take a snapshot');
  await page.locator('[data-actor="cashier"]', { hasText: 'presentCode' }).click();
  await lit(page, 'cashier', 'presentCode').waitFor();
  await page.locator('.inside-tools select').nth(1).selectOption(earlier);
  await lit(page, 'cashier', 'presentCode', 'a').waitFor();
  await lit(page, 'cashier', 'idle', 'b').waitFor();
  const row = page.locator('.differences tr[data-actor="cashier"]').first();
  assert.match(await row.locator('[data-side="a"]').innerText(), /presentCode/);
  assert.match(await row.locator('[data-side="b"]').innerText(), /idle/);
  await page.locator('.choice button', { hasText: 'All' }).click();
  await page.locator('.every-chart [data-machine="terminal"] [data-lit]').first().waitFor();
  terminal.press('cancel');
  await terminal.screen('idle');
  assert.equal(faults, []);
  await page.context().close();
});

inside.run();
