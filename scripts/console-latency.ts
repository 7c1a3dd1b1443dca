import { Bench } from '../test/support/bench.ts';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { ConsoleWorld } from '../test/support/console-world.ts';

/**
 * From a transition on a terminal to its state lit in a browser: the real terminal process, the real service and a real browser on this
 * machine, which share one clock. Measured where the page has been changed; a screen shows it with its next picture.
 */
const PAYMENTS = Number(process.env['TILL_PAYMENTS'] ?? '30');
const TID = 'shop-1';

/** In the browser: notes how late each newest step is, whenever another one is shown. */
function watchSteps(): void {
  const late: number[] = [];
  Object.assign(globalThis, { late });
  let shown = '';
  const look = (): void => {
    const place = document.querySelector('[data-step]');
    const step = place?.getAttribute('data-step') ?? '';
    if (step === shown) return;
    shown = step;
    const told = document.querySelector('.steps li[aria-current] time')?.textContent ?? '';
    const [hours = 0, minutes = 0, seconds = 0] = told.split(':').map(Number);
    const now = new Date();
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    if (told !== '') late.push(now.getTime() - midnight - ((hours * 60 + minutes) * 60 + seconds) * 1000);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}

const executable = findChromium();
if (executable === null) throw new Error('no Chromium on this machine: set TILL_CHROMIUM');
const browser = await startChromium(executable);
const world = await ConsoleWorld.open(browser);
const bench = await Bench.start({ config: { 'fleet.url': world.broker, 'fleet.tid': TID } });
try {
  const { page } = await world.visit('support', `/terminals/${TID}/inside`);
  await page.locator('.inside-tools button', { hasText: 'Follow live' }).click();
  await page.locator('.following').waitFor();
  await page.locator('.chart svg').first().waitFor();
  await page.evaluate(watchSteps);
  for (let n = 0; n < PAYMENTS; n += 1) {
    const { terminal } = bench;
    terminal.typeAmount(`1.${String(n % 100).padStart(2, '0')}`);
    await terminal.screen('present-code');
    terminal.scan(bench.code(n % 2 === 0 ? 'wechat' : 'alipay'));
    await terminal.screen('paid');
    terminal.press('cancel');
    await terminal.screen('idle');
    await page.locator('[data-actor="cashier"]', { hasText: 'idle' }).waitFor();
  }
  const late = await page.evaluate(() => (globalThis as unknown as { late: number[] }).late);
  const sorted = late.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
  console.log(
    '| from a transition to its lit state | seen | p50, ms | p90, ms | p99, ms |\n| --- | --- | --- | --- | --- |',
  );
  console.log(`| real terminal, service and browser | ${sorted.length} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} |`);
} finally {
  await browser.close();
  await bench.close();
  await world.close();
}
