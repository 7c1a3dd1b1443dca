import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createUndiciTransport } from '../../cloudpay/undici-transport.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import type { Bench } from '../../test/support/bench.ts';
import { HeadlessTerminal } from '../../test/support/headless-terminal.ts';
import { type Device, residentBytes } from './device.ts';
import { type Figure, megabytes, milliseconds, quantile } from './figure.ts';

/** A customer needs longer than this between the amount and the code; the terminal warms its connection up meanwhile. */
const BEFORE_THE_CODE_MS = 60;
const SETTLE_MS = 500;
const TIME_BUDGET_MS = 20;
const IDLE_BUDGET = 1.4;
const AFTER_BUDGET = 1.8;

/** Payments through the device bundle over TLS: the time that the terminal adds, and its memory before and after. */
export async function measurePayments(bench: Bench, device: Device, payments: number): Promise<Figure[]> {
  const bare = await bareNodeBytes();
  const { configFile, dataDir } = bench;
  const terminal = new HeadlessTerminal({ configFile, dataDir, ...device });
  await terminal.screen('idle');
  await pause(SETTLE_MS);
  const idle = residentBytes(terminal.pid);
  const sales: number[] = [];
  const posts: number[] = [];
  const peer = rawPeer(bench);
  for (let payment = 0; payment < payments; payment += 1) {
    sales.push(await sell(bench, terminal, 1 + (payment % 40_000)));
    posts.push(await peer.post(payment));
  }
  await pause(SETTLE_MS);
  const after = residentBytes(terminal.pid);
  await terminal.stop();
  await peer.close();
  return [...timeFigures(sales, posts), ...memoryFigures({ bare, idle, after, payments })];
}

function timeFigures(sales: readonly number[], posts: readonly number[]): Figure[] {
  return ([0.5, 0.99] as const).map((part) => {
    const sale = quantile(sales, part);
    const post = quantile(posts, part);
    return {
      what: `scan → voice, p${part * 100}`,
      value: milliseconds(sale),
      compared: `one signed POST: ${milliseconds(post)}; the terminal adds ${milliseconds(sale - post)}`,
      ratio: sale / post,
      budget: part === 0.99 ? `adds ≤ ${TIME_BUDGET_MS} ms` : '',
      met: part === 0.99 ? sale - post <= TIME_BUDGET_MS : null,
    };
  });
}

function memoryFigures(bytes: { bare: number; idle: number; after: number; payments: number }): Figure[] {
  const compared = `bare Node: ${megabytes(bytes.bare)}`;
  const row = (what: string, value: number, budget: number): Figure => ({
    what,
    value: megabytes(value),
    compared,
    ratio: value / bytes.bare,
    budget: `≤ ${budget} ×`,
    met: value <= budget * bytes.bare,
  });
  return [
    row('resident memory, idle', bytes.idle, IDLE_BUDGET),
    row(`resident memory after ${bytes.payments} payments`, bytes.after, AFTER_BUDGET),
  ];
}

/** From the scan to the line that says the payment, in ms. */
export async function sell(bench: Bench, terminal: HeadlessTerminal, fen: number): Promise<number> {
  terminal.typeAmount((fen / 100).toFixed(2));
  await terminal.screen('present-code');
  await pause(BEFORE_THE_CODE_MS);
  const code = bench.code('wechat');
  const at = performance.now();
  terminal.scan(code);
  await terminal.next('voice', (line) => line.is === 'voice' && String(line['text']).includes('收款成功'));
  const took = performance.now() - at;
  terminal.press('cancel');
  await terminal.screen('idle');
  return took;
}

/** The least that a payment costs: one HMAC, one warm TLS connection, one POST, one answer. */
function rawPeer(bench: Bench) {
  const transport = createUndiciTransport({
    clock: new SystemClock(),
    connectTimeoutMs: 5000,
    requestTimeoutMs: 5000,
    extraCaPem: bench.gateway.caPem,
  });
  const key = demoMerchants()[0]?.authenKey ?? '';
  const [domain = ''] = bench.gateway.domains;
  const { signal } = new AbortController();
  return {
    async post(nth: number): Promise<number> {
      const content = JSON.stringify({ out_trade_no: String(nth).padStart(24, '0'), nonce_str: 'bench' });
      await transport.warmUp(domain, signal);
      const at = performance.now();
      const code = createHmac('sha256', key).update(content).digest('hex').toUpperCase();
      const body = JSON.stringify({
        request_content: content,
        authen_info: { a: { authen_type: 1, authen_code: code } },
      });
      const answer = await transport.request({ domain, method: 'POST', path: '/cpay/query_order', body, signal });
      if (answer.kind !== 'answer') throw new Error(`the peer got no answer: ${answer.kind}`);
      return performance.now() - at;
    },
    close: () => transport.close(),
  };
}

async function bareNodeBytes(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
  await once(child.stdout, 'data');
  await pause(SETTLE_MS);
  const bytes = residentBytes(child.pid ?? 0);
  child.kill('SIGKILL');
  return bytes;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
