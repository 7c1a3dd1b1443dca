import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { DETAIL, head, paid } from '../../test/cloudpay/asked.ts';
import { call, signed, startCloudPay } from '../../test/cloudpay/scripted-transport.ts';
import { type Figure, median, milliseconds } from './figure.ts';

const ROUNDS = 40;

/** An answer of about this size with the wanted order in its last row, as client_order_detail gives it (§7.8). */
function detailAnswer(kilobytes: number): TransportAnswer {
  const receipt = { order: { order_mch: {}, order_content: { ...paid.query_order.order_content, refunded_fee: 1 } } };
  const device = { device_id: 'd-0000', remark: 'x'.repeat(100) };
  const devices = Math.max(1, Math.floor((kilobytes * 1024) / 165));
  const shop = { shop_name: '店'.repeat(20), device_infos: Array.from({ length: devices }, () => device) };
  return signed({
    ...head(0),
    order_detail_query: { total_count: 1, order_details: [{ shop_info: shop, receipt }] },
  });
}

/** How the time of reading an answer (bounds, authentication, schema, search) grows with its size; no network. */
export async function measureReplies(sizes: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  let first: number | null = null;
  for (const size of sizes) {
    const answer = detailAnswer(size);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { gateway } = startCloudPay(answer);
      const at = performance.now();
      const facts = await gateway.orderDetail(DETAIL, call());
      times.push(performance.now() - at);
      if (facts.kind !== 'order') throw new Error(`the answer of ${size} KB was not read: ${facts.kind}`);
    }
    const took = median(times);
    first ??= took;
    figures.push({
      what: `reading an answer of ${(bytesOf(answer) / 1024).toFixed(0)} KB`,
      value: milliseconds(took),
      compared: `the smallest: ${milliseconds(first)}`,
      ratio: took / first,
      budget: '',
      met: null,
      grows: { line: 'reading an answer, ms', over: 'KB of the answer', size, value: took },
    });
  }
  return figures;
}

const bytesOf = (answer: TransportAnswer): number => (answer.kind === 'answer' ? answer.body.length : 0);
