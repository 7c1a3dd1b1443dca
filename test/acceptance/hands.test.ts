import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { Bench } from '../support/bench.ts';
import type { ScreenLine } from '../support/headless-terminal.ts';
import { suite } from '../support/scenarios.ts';

const test = suite<{ bench: Bench }>('acceptance/hands');

test.before(async (world) => {
  world.bench = await Bench.start();
});
test.after(async ({ bench }) => {
  await bench.close();
});

const home = async (bench: Bench): Promise<void> => {
  bench.terminal.press('cancel');
  await bench.terminal.screen('idle');
};

const noted = async (bench: Bench, screen: string, part: string): Promise<ScreenLine> =>
  (await bench.terminal.next(`${screen} with ${part}`, ({ is, name, lines }) => {
    return is === 'screen' && name === screen && String(lines).includes(part);
  })) as ScreenLine;

const NOISE = 'x7#'.repeat(3500);

test('A shop’s own order barcode at present-code is named and never sent as a customer’s code', async ({ bench }) => {
  await bench.sell('0.02', bench.code('wechat'));
  const { order } = await bench.terminal.screen('paid');
  await home(bench);
  const before = bench.book.calls.micro_pay;
  bench.terminal.typeAmount('0.03');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(order ?? '');
  await noted(bench, 'present-code', '这是订单条码，不是付款码');
  // A number of this shop that was misread is no customer's code either.
  const misread = `${(order ?? '').slice(0, -1)}${(Number((order ?? '').slice(-1)) + 1) % 10}`;
  bench.terminal.scan(misread);
  await noted(bench, 'present-code', '订单号有误');
  assert.is(bench.book.calls.micro_pay, before);
  bench.terminal.scan(bench.code('alipay'));
  await bench.terminal.screen('paid');
  await home(bench);
});

for (const [what, text, note] of [
  ['10 KB of noise', NOISE, '不认识的码'],
  ['a URL', 'https://example.com/pay?code=130000000000000001', '不'],
  ['a configuration QR of a foreign host', 'https://evil.example/cpay/use_device_setting?osi=a&si=b', '配置码'],
  ['a code of another wallet', '620000000000000001', '不支持的钱包'],
  ['text with control characters', '\u0000\u001b[2J\u0007小店', '不认识的码'],
] as const) {
  test(`at present-code ${what} is named, sends nothing, and the sale goes on`, async ({ bench }) => {
    const before = bench.book.calls;
    bench.terminal.typeAmount('0.04');
    await bench.terminal.screen('present-code');
    bench.terminal.scan(text);
    const screen = await noted(bench, 'present-code', note);
    assert.ok(
      screen.lines.every((line) => line.length < 60 && !line.includes('\u001b')),
      screen.lines.join(),
    );
    assert.equal(bench.book.calls, before);
    bench.terminal.scan(bench.code('wechat'));
    const paid = await bench.terminal.screen('paid');
    assert.is(bench.truth(paid.order)?.charges, 1);
    await home(bench);
  });

  test(`at idle ${what} is named, and nothing is sent`, async ({ bench }) => {
    const before = bench.book.calls;
    bench.terminal.scan(text);
    await noted(bench, 'idle', note);
    await home(bench);
    assert.equal(bench.book.calls, before);
  });
}

test('a customer’s code at idle asks for the amount first, and is charged only when it is shown again', async ({
  bench,
}) => {
  const before = bench.book.calls.micro_pay;
  const code = bench.code('alipay');
  bench.terminal.scan(code);
  await noted(bench, 'amount', '请先输入金额');
  bench.terminal.press('7');
  bench.terminal.scan(code);
  await noted(bench, 'amount', '请先按确认键');
  assert.is(bench.book.calls.micro_pay, before);
  bench.terminal.press('enter');
  await bench.terminal.screen('present-code');
  bench.terminal.scan(code);
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.amountFen, 700);
  await home(bench);
});

test('malformed lines get an error line each and change nothing; an empty line is ignored', async ({ bench }) => {
  bench.terminal.press('4', '2');
  await noted(bench, 'amount', '¥42');
  const before = bench.book.calls;
  const secret = '130000000000000099';
  const malformed = [
    'not json',
    '[]',
    'null',
    '42',
    '{"do":"fly"}',
    '{"do":"key"}',
    '{"do":"key","key":"F13"}',
    '{"do":"key","key":5}',
    `{"do":"scan","text":${secret}}`,
    '{"do":"scan"}',
    '{"do":"printer","state":"on fire"}',
    '{"do":"wifi","networks":"all"}',
    '{"do":"key","key":"enter"',
    `{"do":"scan","text":"${'9'.repeat(70_000)}"}`,
  ];
  const errors = bench.terminal.all('error').length;
  for (const line of malformed) bench.terminal.write(`${line}\n\n  \r\n`);
  const { actors } = await bench.terminal.dump();
  const said = bench.terminal.all('error').slice(errors);
  assert.is(said.length, malformed.length, JSON.stringify(said));
  for (const { message } of said) {
    assert.ok(String(message).length > 5);
    assert.not.ok(String(message).includes(secret), 'no error repeats what was scanned');
  }
  assert.is(actors['cashier']?.state, 'amount');
  assert.is((actors['cashier']?.context as { typed: string }).typed, '42');
  assert.equal(bench.book.calls, before);
  await home(bench);
});

test('every key on every screen of a sale is survived, and nothing is charged that was not asked for', async ({
  bench,
}) => {
  const keys: readonly Key[] = [
    'up',
    'down',
    'replay',
    'reprint',
    'backspace',
    'refund',
    'query',
    'menu',
    '.',
    'cancel',
  ];
  const before = bench.book.totals.chargedFen;
  for (const start of [[], ['5'], ['5', 'enter']] as const satisfies readonly (readonly Key[])[]) {
    for (const key of keys) {
      bench.terminal.press(...start, key, 'cancel', 'cancel', 'cancel', 'cancel');
    }
  }
  const { actors, openOrders } = await bench.terminal.dump();
  assert.is(actors['cashier']?.state, 'idle');
  assert.equal(openOrders, []);
  assert.is(bench.book.totals.chargedFen, before);
  await bench.sell('0.09', bench.code('wechat'));
  await bench.terminal.screen('paid');
  await home(bench);
});

test('keys and scans during the payment start nothing else', async ({ bench }) => {
  const asked = await bench.sell('6', bench.code('alipay', 'password'));
  await bench.terminal.screen('password');
  const before = bench.book.calls.micro_pay;
  bench.terminal.press('1', '2', 'enter', 'enter', 'up', 'refund', 'query', 'menu', 'backspace', '.');
  for (let scans = 0; scans < 3; scans += 1) bench.terminal.scan(bench.code('wechat'));
  const { actors, openOrders } = await bench.terminal.dump();
  assert.equal(openOrders, [asked.order]);
  assert.is(bench.book.calls.micro_pay, before);
  assert.is(actors['cashier']?.state, 'following');
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  const paid = await bench.terminal.screen('paid');
  assert.is(paid.order, asked.order);
  await home(bench);
});

test('nothing that the terminal says or logs holds a secret: no customer’s code, no signing key', async ({ bench }) => {
  const code = bench.code('wechat', 'password');
  const asked = await bench.sell('8', code);
  await bench.terminal.screen('password');
  const { actors } = await bench.terminal.dump();
  assert.ok(bench.gateway.sandbox.payOrder(asked.order ?? ''));
  await bench.terminal.screen('paid');
  const everything = `${JSON.stringify(bench.terminal.lines)}${JSON.stringify(actors)}${bench.terminal.stderr}`;
  assert.not.ok(everything.includes(code));
  assert.not.ok(everything.includes('0123456789ABCDEF0123456789ABCDEF'));
  assert.equal(bench.terminal.stray, []);
});

test('every line has its seq, counting up from 1, and its time in ISO 8601 with milliseconds', ({ bench }) => {
  assert.equal(
    bench.terminal.lines.map(({ seq }) => seq),
    bench.terminal.lines.map((_, index) => index + 1),
  );
  assert.is(bench.terminal.lines[0]?.is, 'ready');
  assert.is(bench.terminal.lines[1]?.is, 'screen');
  for (const { at } of bench.terminal.lines) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test.run();
