import type { Page } from 'playwright-core';
import { Bench } from '../test/support/bench.ts';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { ConsoleWorld } from '../test/support/console-world.ts';
import { commandLine, wholeNumber } from './command-line.ts';
import { timesOf } from './fleet-bench/figures.ts';

const USAGE = `Usage: npm run console-latency -- [--payments N] [--json]

From a transition on a terminal to its state lit in a browser: the real terminal process, the real service and a real
browser on this machine, which share one clock. Needs Chromium (TILL_CHROMIUM); takes about a minute.

Options:
  --payments N  how many are followed (default 20)
  --json        one JSON line instead of the table
  --help        this text
`;
const TID = 'shop-1';
/** Payments before anything is measured: every chart is drawn once, every page has been read. */
const WARM_UP = 2;

const { values } = commandLine(USAGE, {
  options: { payments: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const payments = wholeNumber(USAGE, '--payments', values.payments);

/** What the browser notes: how long after each transition it was told of it, and how long after it the state was lit, ms. */
interface Notes {
  told: number[];
  lit: number[];
}

/** In the browser, before the page: notes every transition as the stream of news tells it. */
function watchNews(): void {
  const notes = { told: [] as number[], lit: [] as number[] };
  const waiting: { n: number; t: number }[] = [];
  let last = 0;
  Object.assign(globalThis, { notes, waiting });
  const Source = globalThis.EventSource;
  globalThis.EventSource = class extends Source {
    constructor(url: string | URL, options?: EventSourceInit) {
      super(url, options);
      super.addEventListener('report', ({ data }: MessageEvent<string>) => {
        const { result } = JSON.parse(data) as { result: { tr?: { n: number; t: number }[] } | null };
        for (const { n, t } of result?.tr ?? []) {
          if (n <= last) continue;
          last = n;
          notes.told.push(Date.now() - t);
          waiting.push({ n, t });
        }
      });
    }
  };
}

/** In the browser: whenever the shown step is another one and the chart is lit, what was told until then is in sight. */
function watchSteps(): void {
  const { notes, waiting } = globalThis as unknown as { notes: Notes; waiting: { n: number; t: number }[] };
  let shown = 0;
  const look = (): void => {
    const step = Number(document.querySelector('[data-shown]')?.getAttribute('data-shown') ?? 0);
    if (step === shown || document.querySelector('.stage .chart [data-lit="a"]') === null) return;
    shown = step;
    const now = Date.now();
    while ((waiting[0]?.n ?? Number.POSITIVE_INFINITY) <= step) notes.lit.push(now - (waiting.shift()?.t ?? now));
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}

async function pay(bench: Bench, page: Page, n: number): Promise<void> {
  const { terminal } = bench;
  terminal.typeAmount(`1.${String(n % 100).padStart(2, '0')}`);
  await terminal.screen('present-code');
  await page.locator('[data-actor="cashier"]', { hasText: 'presentCode' }).waitFor();
  terminal.scan(bench.code(n % 2 === 0 ? 'wechat' : 'alipay'));
  await terminal.screen('paid');
  await page.locator('[data-actor="cashier"]', { hasText: 'paid' }).waitFor();
  terminal.press('cancel');
  await terminal.screen('idle');
  await page.locator('[data-actor="cashier"]', { hasText: 'idle' }).waitFor();
}

async function measure(world: ConsoleWorld, bench: Bench): Promise<Notes> {
  await world.online(TID);
  const { page } = await world.visit('support', '/terminals');
  await page.addInitScript(watchNews);
  await page.goto(`${world.url}/terminals/${TID}/inside`);
  await page.locator('.inside-tools button', { hasText: 'Follow live' }).click();
  await page.locator('.following').waitFor();
  await page.locator('.chart svg').first().waitFor();
  for (let n = 0; n < WARM_UP; n++) await pay(bench, page, n);
  await page.evaluate(watchSteps);
  const empty = (): void => {
    const { notes, waiting } = globalThis as unknown as { notes: Notes; waiting: unknown[] };
    Object.assign(notes, { told: [], lit: [] });
    waiting.length = 0;
  };
  await page.evaluate(empty);
  for (let n = 0; n < payments; n++) await pay(bench, page, WARM_UP + n);
  return page.evaluate(() => (globalThis as unknown as { notes: Notes }).notes);
}

const executable = findChromium();
if (executable === null) throw new Error('no Chromium on this machine: set TILL_CHROMIUM');
const browser = await startChromium(executable);
const world = await ConsoleWorld.open(browser);
const bench = await Bench.start({ config: { 'fleet.url': world.broker, 'fleet.tid': TID } });
try {
  const notes = await measure(world, bench);
  const [lit, told] = [timesOf(notes.lit), timesOf(notes.told)];
  if (values.json) console.log(JSON.stringify({ lit, told }));
  else {
    console.log('| transitions | seen | p50, ms | p90, ms | p99, ms |\n| --- | --- | --- | --- | --- |');
    for (const [name, times] of [
      ['until the browser is told', told],
      ['until the state is lit', lit],
    ] as const) {
      console.log(`| ${name} | ${times.seen} | ${times.p50} | ${times.p90} | ${times.p99} |`);
    }
  }
} finally {
  await browser.close();
  await bench.close();
  await world.close();
}
