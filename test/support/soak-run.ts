import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport, TransportAnswer, TransportRequest } from '../../cloudpay/transport.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { ActorCensus } from './actor-census.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

export interface SoakSample {
  readonly payments: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** What keeps the event loop busy: sockets, real timers. */
  readonly handles: number;
  /** Open file descriptors of the process. */
  readonly descriptors: number;
  /** Timers of the virtual clock. */
  readonly timers: number;
  /** Living charts below the root. */
  readonly actors: number;
  readonly msPerPayment: number;
}

export interface SoakReport {
  readonly samples: readonly SoakSample[];
  /** Least squares over the second half, where every bounded history has filled. */
  readonly heapBytesPerPayment: number;
  readonly spoken: number;
  readonly printed: number;
}

/** Files in memory where there are such: a soak is about the heap, and a hundred thousand payments flush twice each. */
const MEMORY_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const REQUEST_MS = 200;
const GAP_MS = 20_000;

/** Payments one after the other in one process on a virtual clock, the heap measured after a full collection now and then. */
export async function runSoak(options: {
  readonly payments: number;
  readonly sampleEvery: number;
  readonly onSample?: (sample: SoakSample) => void;
}): Promise<SoakReport> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('a soak needs node --expose-gc');
  const folder = mkdtempSync(join(MEMORY_FOLDER, 'till-soak-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const clock = new VirtualClock();
  const census = new ActorCensus();
  const held: { terminal?: VirtualTerminal } = {};
  await census.watch(async () => {
    const transport = payingTransport(clock);
    held.terminal = await VirtualTerminal.start({
      seed: 1,
      clock,
      transport,
      keepTold: false,
      spokenMs: 1000,
      realFolder: folder,
    });
  });
  const { terminal } = held;
  if (terminal === undefined) throw new Error('the terminal did not start');
  const told = { spoken: 0, printed: 0 };
  terminal.speaker.subscribe(() => void (told.spoken += 1));
  terminal.printer.onPaper(() => void (told.printed += 1));
  const samples: SoakSample[] = [];
  let startedAt = performance.now();
  for (let payment = 1; payment <= options.payments; payment += 1) {
    await terminal.sell(1 + (payment % 40_000), payment % 2 === 0 ? 'wechat' : 'alipay');
    await terminal.pass(GAP_MS);
    if (terminal.crashes.length > 0) throw new Error('the terminal crashed', { cause: terminal.crashes[0] });
    if (payment % options.sampleEvery !== 0) continue;
    const msPerPayment = (performance.now() - startedAt) / options.sampleEvery;
    await terminal.turn();
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    const sample = {
      payments: payment,
      heapBytes: heapUsed + external,
      rssBytes: rss,
      handles: process.getActiveResourcesInfo().length,
      descriptors: readdirSync('/proc/self/fd').length,
      timers: clock.pending,
      actors: census.citizens().length,
      msPerPayment,
    };
    samples.push(sample);
    options.onSample?.(sample);
    startedAt = performance.now();
  }
  terminal.stop();
  return { samples, heapBytesPerPayment: slopeOf(samples.slice(Math.floor(samples.length / 2))), ...told };
}

function slopeOf(samples: readonly SoakSample[]): number {
  const count = samples.length;
  const meanX = samples.reduce((sum, { payments }) => sum + payments, 0) / count;
  const meanY = samples.reduce((sum, { heapBytes }) => sum + heapBytes, 0) / count;
  const over = samples.reduce((sum, { payments, heapBytes }) => sum + (payments - meanX) * (heapBytes - meanY), 0);
  const under = samples.reduce((sum, { payments }) => sum + (payments - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

interface Asked {
  readonly out_trade_no?: string;
  readonly pay_content?: { readonly out_trade_no: string; readonly total_fee: number };
  readonly pay_mch_key?: { readonly pay_platform: 1 | 2 };
}

/** A gateway that remembers nothing: what becomes of an order stands in its number, so that the heap is the terminal's alone. */
export function payingTransport(clock: Clock): Transport {
  const key = demoMerchants()[0]?.authenKey ?? '';
  const amounts = new Map<string, number>();
  return {
    request: (request) =>
      new Promise((resolve) => {
        clock.setTimeout(() => resolve(answerTo(request, key, amounts)), REQUEST_MS);
      }),
    warmUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

interface Fate {
  readonly status: 0 | 104;
  readonly isPaid: boolean;
}

/** By the fee: three of twenty wait for a password, one is refused, the rest is paid at once. */
function fateOf(fee: number, isPay: boolean): Fate {
  const kind = fee % 20;
  return { status: isPay && kind === 6 ? 104 : 0, isPaid: !isPay || kind < 3 || kind > 5 };
}

/** One of twenty answers is lost, and one request does not go out. */
function answerTo(request: TransportRequest, key: string, amounts: Map<string, number>): TransportAnswer {
  const { request_content: text = '{}' } = JSON.parse(request.body ?? '{}') as { request_content?: string };
  const asked = JSON.parse(text) as Asked;
  const { pay_content: pay } = asked;
  const order = pay?.out_trade_no ?? asked.out_trade_no ?? '';
  const fee = pay?.total_fee ?? amounts.get(order) ?? 0;
  remember(amounts, order, fee);
  if (pay !== undefined && fee % 20 === 1) return { kind: 'lost', reason: 'soak', connectMs: 1, requestMs: REQUEST_MS };
  if (pay !== undefined && fee % 20 === 2) return { kind: 'not-sent', reason: 'soak', connectMs: 1 };
  const content = JSON.stringify(contentOf(asked, order, fee));
  const code = createHmac('sha256', key).update(content, 'utf8').digest('hex').toUpperCase();
  const body = JSON.stringify({ response_content: content, authen_info: { a: { authen_type: 1, authen_code: code } } });
  return { kind: 'answer', httpStatus: 200, body: Buffer.from(body), connectMs: 1, requestMs: REQUEST_MS };
}

function contentOf(asked: Asked, order: string, fee: number): object {
  const isPay = asked.pay_content !== undefined;
  const { status, isPaid } = fateOf(fee, isPay);
  const isWechat = asked.pay_mch_key?.pay_platform !== 2;
  const waiting = isWechat ? 9 : 1;
  const order_content = {
    out_trade_no: order,
    transaction_id: `4${order}`,
    total_fee: fee,
    time_end: isPaid ? 1_767_225_600 : 0,
    [isWechat ? 'wxpay_order_content_ext' : 'alipay_order_content_ext']: { current_trade_state: isPaid ? 2 : waiting },
  };
  const common = { status, description: '', log_id: 1, internal_status: 0 };
  return { ...common, [isPay ? 'micro_pay' : 'query_order']: { order_content } };
}

/** The newest few only: an order is asked for again soon or never. */
function remember(amounts: Map<string, number>, order: string, fee: number): void {
  amounts.set(order, fee);
  const [oldest = ''] = amounts.keys();
  if (amounts.size > 64) amounts.delete(oldest);
}
