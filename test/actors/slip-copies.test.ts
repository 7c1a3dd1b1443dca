import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { PrintedPaper } from '../../hal/printer/simulated-printer.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

const test = suite('actors/slip-copies');

async function startShop(copies: 'customer' | 'merchant' | 'both') {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, random: new SeededRandom(1) });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const transport = sandboxTransport(sandbox, clock);
  const environment = { TILL_PRINTER_COPIES: copies };
  const terminal = await VirtualTerminal.start({ seed: 1, clock, transport, environment });
  const papers: PrintedPaper[] = [];
  terminal.printer.onPaper((paper) => void papers.push(paper));
  return { terminal, papers };
}

const copyOf = ({ text }: PrintedPaper): string => /商户联|顾客联/.exec(text)?.[0] ?? 'none';

test('a payment prints the customer’s copy, or the merchant’s, or both as slips of their own', async () => {
  for (const [copies, expected] of [
    ['customer', ['顾客联']],
    ['merchant', ['商户联']],
    ['both', ['商户联', '顾客联']],
  ] as const) {
    const { terminal, papers } = await startShop(copies);
    await terminal.sell(2, 'wechat');
    await terminal.pass(10_000);
    assert.equal(papers.map(copyOf), expected);
    assert.is(new Set(papers.map(({ job }) => job.id)).size, expected.length);
    terminal.keypad.press('cancel', 'reprint');
    await terminal.pass(1000);
    assert.equal(papers.map(copyOf), [...expected, expected.at(-1)]);
    assert.match(papers.at(-1)?.text ?? '', '补打');
  }
});

test('M7 paper that ends between the copies, and a restart: what is out is not printed again, what is owed is', async () => {
  const { terminal, papers } = await startShop('both');
  const unsubscribe = terminal.printer.onPaper(() => terminal.printer.setStatus('out-of-paper'));
  await terminal.sell(2, 'alipay');
  await terminal.pass(10_000);
  assert.equal(papers.map(copyOf), ['商户联']);
  unsubscribe();
  terminal.stop();
  await terminal.powerUp();
  await terminal.pass(1000);
  terminal.printer.setStatus('ok');
  await terminal.pass(10_000);
  assert.equal(papers.map(copyOf), ['商户联', '顾客联']);
  await terminal.pass(60_000);
  assert.is(papers.length, 2);
});

test.run();
