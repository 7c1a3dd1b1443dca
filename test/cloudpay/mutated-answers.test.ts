import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { NO_EVIDENCE } from '../../domain/payment-gateway.ts';
import { Secret } from '../../domain/secret.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { paid, partOf } from './asked.ts';
import { answerOf, call, CONFIGURATION, envelope, startCloudPay } from './scripted-transport.ts';
import { CONTENT_VECTORS } from './vectors.ts';

// Whatever is done to an answer on the way, the client neither throws nor takes a verdict from text that was not signed.

const test = suite('cloudpay/mutated-answers');

const SEED = 20261122;
const base = {
  platform: null,
  amountFen: 2,
  evidence: NO_EVIDENCE,
  staffId: null,
  configuration: CONFIGURATION,
} as const;
const refundText = JSON.stringify({
  status: 0,
  log_id: 1,
  internal_status: 0,
  refund: {
    refund_order_content: {
      out_refund_no: '2',
      out_trade_no: '1',
      total_fee: 2,
      refund_fee: 1,
      alipay_refund_order_content_ext: { refund_status: 2 },
    },
  },
});
const detailText = JSON.stringify({
  status: 0,
  log_id: 1,
  internal_status: 0,
  order_detail_query: {
    total_count: 1,
    order_details: [{ receipt: { order: paid.query_order } }],
  },
});

type Ask = (answer: TransportAnswer) => Promise<{ readonly kind: string }>;
interface Case {
  readonly name: string;
  readonly text: string;
  readonly ask: Ask;
}

const askPay: Ask = (answer) => {
  const { gateway } = startCloudPay(answer);
  const customerCode = new Secret('130000000000000001');
  const request = { ...base, order: '01009999000000000001', platform: 'wechat', customerCode } as const;
  return gateway.pay(gateway.preparePayment(request), call());
};
const askOrder: Ask = (answer) =>
  startCloudPay(answer).gateway.queryOrder({ ...base, order: '01009999000000000003' }, call());
const askDetail: Ask = (answer) =>
  startCloudPay(answer).gateway.orderDetail({ ...base, order: '01009999000000000003', createdAtMs: 1 }, call());
const askRefund: Ask = (answer) =>
  startCloudPay(answer).gateway.refund(
    { ...base, order: '1', refund: '2', orderFen: 2, refundFen: 1, platform: 'alipay' },
    call(),
  );

const CASES: readonly Case[] = [
  { name: 'a waiting payment', text: CONTENT_VECTORS.V2.text, ask: askPay },
  { name: 'a number that is taken', text: CONTENT_VECTORS.V6.text, ask: askPay },
  { name: 'a paid order', text: CONTENT_VECTORS.V4.text, ask: askOrder },
  { name: 'a refusal', text: '{"status":104,"internal_status":400,"log_id":7,"description":"\\u65E0"}', ask: askOrder },
  { name: 'an order in the list', text: detailText, ask: askDetail },
  { name: 'a refund', text: refundText, ask: askRefund },
];

/** An answer that is neither unknown nor what the untouched bytes say has been believed without proof. */
async function assertHarmless(ask: Ask, body: string | Uint8Array, genuine: object): Promise<boolean> {
  const told = await ask(answerOf(body));
  if (told.kind === 'unknown') return true;
  const { trace: _ignored, ...verdict } = told as { readonly trace?: unknown };
  assert.equal(verdict, genuine, Buffer.from(body).toString('latin1'));
  return false;
}

async function genuineOf({ ask, text }: Case): Promise<object> {
  const told = await ask(answerOf(envelope(text)));
  assert.is.not(told.kind, 'unknown');
  const { trace: _ignored, ...verdict } = told as { readonly trace?: unknown };
  return verdict;
}

for (const scripted of CASES) {
  test(`${scripted.name}, cut off at every byte, is unknown`, async () => {
    const genuine = await genuineOf(scripted);
    const bytes = Buffer.from(envelope(scripted.text));
    for (let length = 0; length < bytes.length; length += 1) {
      assert.ok(await assertHarmless(scripted.ask, bytes.subarray(0, length), genuine), `cut at ${length}`);
    }
  });

  test(`${scripted.name}, with every byte changed in turn, is unknown or the same`, async () => {
    const genuine = await genuineOf(scripted);
    const random = new SeededRandom(SEED);
    const bytes = Buffer.from(envelope(scripted.text));
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (bytes[index] ?? 0) ^ (1 + Math.floor(random.fraction() * 255));
      await assertHarmless(scripted.ask, changed, genuine);
    }
  });

  test(`${scripted.name}, cut, doubled and spliced at random, is unknown or the same`, async () => {
    const genuine = await genuineOf(scripted);
    const random = new SeededRandom(SEED);
    const bytes = Buffer.from(envelope(scripted.text));
    const at = () => Math.floor(random.fraction() * bytes.length);
    for (let round = 0; round < 1500; round += 1) {
      const [from, to, into] = [at(), at(), at()];
      const piece = bytes.subarray(Math.min(from, to), Math.max(from, to));
      const changed = Buffer.concat([
        bytes.subarray(0, into),
        piece,
        bytes.subarray(random.fraction() < 0.5 ? into : at()),
      ]);
      await assertHarmless(scripted.ask, changed, genuine);
    }
  });

  test(`${scripted.name}, re-written inside without the key, is unknown`, async () => {
    const genuine = await genuineOf(scripted);
    const authenInfo = partOf(envelope(scripted.text), 'authen_info');
    const forge = (text: string) => JSON.stringify({ response_content: text, authen_info: authenInfo });
    for (const text of [
      `${scripted.text}\n`,
      ` ${scripted.text}`,
      JSON.stringify(JSON.parse(scripted.text), null, 1),
      scripted.text.replace('"status":104', '"status":0'),
      scripted.text.replace('{"status"', '{"__proto__":{},"status"'),
      scripted.text.replace('}', ',"status":0}'),
    ]) {
      if (text === scripted.text) continue;
      assert.ok(await assertHarmless(scripted.ask, forge(text), genuine), text);
    }
    const unsigned = JSON.stringify({ response_content: scripted.text });
    assert.ok(await assertHarmless(scripted.ask, unsigned, genuine));
  });

  test(`${scripted.name}, in an envelope with doubled keys, is what the signed one says or unknown`, async () => {
    const genuine = await genuineOf(scripted);
    const whole = envelope(scripted.text);
    const forged = JSON.stringify('{"status":104,"internal_status":0}');
    const inner = whole.slice(1, -1);
    assert.not.ok(await assertHarmless(scripted.ask, `{"response_content":${forged},${inner}}`, genuine));
    assert.ok(await assertHarmless(scripted.ask, `{${inner},"response_content":${forged}}`, genuine));
    assert.ok(await assertHarmless(scripted.ask, `{"__proto__":{${inner}}}`, genuine));
  });

  test(`${scripted.name}, with any part replaced and signed again, never throws and keeps to the order asked for`, async () => {
    const paths = leafPaths(JSON.parse(scripted.text));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), async (path, value) => {
        const text = JSON.stringify(replaced(JSON.parse(scripted.text), path, value));
        const told = (await scripted.ask(answerOf(envelope(text)))) as Record<string, unknown>;
        if (told['kind'] === 'order') {
          assert.is(told['amountFen'], 2);
          assert.ok(['01009999000000000001', '01009999000000000003'].includes(String(told['order'])));
        }
        if (told['kind'] === 'refund') assert.equal([told['order'], told['refund'], told['refundFen']], ['1', '2', 1]);
      }),
      { numRuns: 600, seed: SEED },
    );
  });
}

test('deep nesting and long arrays are unknown', async () => {
  const depth = 60_000;
  for (const text of [
    `${'['.repeat(depth)}${']'.repeat(depth)}`,
    `{"status":0,"query_order":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
    `{"status":0,"query_order":[${'0,'.repeat(100_000)}0]}`,
  ]) {
    assert.is((await askOrder(answerOf(envelope(text)))).kind, 'unknown');
    assert.is((await askOrder(answerOf(text))).kind, 'unknown');
  }
});

/** The paths of all parts of a JSON value. */
function leafPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => leafPaths(part, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const entries = Object.entries(value as Record<string, unknown>).map(([name, part]): [string, unknown] => [
    name,
    name === key ? replaced(part, rest, by) : part,
  ]);
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

test.run();
