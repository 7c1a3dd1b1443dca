import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key, Screen } from '../../../../domain/screen.ts';
import type { PrintJob } from '../../../../domain/slip.ts';
import { VirtualClock } from '../../../../hal/clock/virtual-clock.ts';
import { HeadlessProfile } from '../../../../hal/profiles/headless/headless-profile.ts';
import { Secret } from '../../../../domain/secret.ts';

const headless = suite('hal/profiles/headless/headless-profile');

type OutputLine = { is: string; seq: number; at: string } & Record<string, unknown>;

const IDLE: Screen = { name: 'idle', lines: ['请输入金额'], order: null, amountFen: null };
const AMOUNT: Screen = { name: 'amount', lines: ['收款', '¥20.05'], order: null, amountFen: 2005 };
const READY = { version: '1.2.3', configured: true, uptimeMs: 321 };
const SLIP: PrintJob = {
  id: 'slip-0100005200000018',
  slip: {
    kind: 'payment',
    blocks: [
      { is: 'title', text: '签购单' },
      { is: 'amount', label: '金额', value: '¥20.05' },
      { is: 'barcode', value: '0100005200000018' },
    ],
    orderBarcode: '0100005200000018',
  },
  order: '0100005200000018',
  refund: null,
};

function startHeadless() {
  const input = new PassThrough();
  const output = new PassThrough();
  const clock = new VirtualClock(Date.UTC(2026, 4, 6, 7, 8, 9, 123));
  const profile = new HeadlessProfile({ input, output, clock });
  const keys: Key[] = [];
  const scans: string[] = [];
  profile.devices.keypad.subscribe((key) => keys.push(key));
  profile.devices.scanner.subscribe((text) => scans.push(text));
  let stops = 0;
  profile.onStop(() => (stops += 1));
  let written = '';
  output.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  return {
    input,
    output,
    clock,
    profile,
    keys,
    scans,
    stops: () => stops,
    /** Everything written so far, as lines; each must be whole. */
    lines: (): OutputLine[] => {
      assert.ok(written === '' || written.endsWith('\n'), 'the last line is whole');
      return written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as OutputLine);
    },
  };
}

/** Streams hand data on in later turns of the loop, and every line has a turn of its own. */
const settle = async () => {
  for (let turn = 0; turn < 12; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

headless('ready comes first, the present screen follows at once, both numbered and dated', async () => {
  const { profile, clock, lines } = startHeadless();
  profile.devices.screen.show(IDLE);
  clock.advance(5);
  profile.announceReady(READY);
  await settle();
  assert.equal(lines(), [
    { is: 'ready', seq: 1, at: '2026-05-06T07:08:09.128Z', version: '1.2.3', configured: true, uptimeMs: 321 },
    {
      is: 'screen',
      seq: 2,
      at: '2026-05-06T07:08:09.128Z',
      name: 'idle',
      lines: ['请输入金额'],
      order: null,
      amountFen: null,
    },
  ]);
});

headless('a screen is written once however often it is shown', async () => {
  const { profile, lines } = startHeadless();
  profile.announceReady(READY);
  profile.devices.screen.show(AMOUNT);
  profile.devices.screen.show({ ...AMOUNT, lines: [...AMOUNT.lines] });
  profile.devices.screen.show(IDLE);
  await settle();
  assert.equal(
    lines().map(({ seq, is, name }) => [seq, is, name]),
    [
      [1, 'ready', undefined],
      [2, 'screen', 'amount'],
      [3, 'screen', 'idle'],
    ],
  );
});

headless(
  'lines that are written in one breath are followed one after the other, each after what the one before began',
  async () => {
    const { input, profile } = startHeadless();
    const order: string[] = [];
    profile.devices.keypad.subscribe((key) => {
      order.push(key);
      void Promise.resolve().then(() => order.push(`after ${key}`));
    });
    profile.devices.printer.subscribe((state) => order.push(state));
    profile.announceReady(READY);
    const lines = ['{"do":"key","key":"enter"}', '{"do":"printer","state":"unplugged"}', '{"do":"key","key":"cancel"}'];
    input.write(`${lines.join('\n')}\n`);
    await settle();
    assert.equal(order, ['enter', 'after enter', 'unplugged', 'cancel', 'after cancel']);
  },
);

headless('keys and scans reach the terminal in their order', async () => {
  const { input, profile, keys, scans } = startHeadless();
  profile.announceReady(READY);
  for (const key of ['2', '0', '.', '0', '5', 'enter']) input.write(`{"do":"key","key":"${key}"}\n`);
  input.write('{"do":"scan","text":"WIFI:S:门店;T:WPA;P:a\\"b;;"}\n');
  await settle();
  assert.equal(keys, ['2', '0', '.', '0', '5', 'enter']);
  assert.equal(scans, ['WIFI:S:门店;T:WPA;P:a"b;;']);
});

headless('lines may come in pieces, cut inside a Chinese character, and end with CRLF', async () => {
  const { input, profile, keys, scans, lines } = startHeadless();
  profile.announceReady(READY);
  for (const byte of Buffer.from('{"do":"scan","text":"门店二维码"}\r\n\r\n   \n{"do":"key","key":"cancel"}\r\n'))
    input.write(Buffer.of(byte));
  await settle();
  assert.equal(scans, ['门店二维码']);
  assert.equal(keys, ['cancel']);
  assert.is(lines().filter((line) => line.is === 'error').length, 0, 'empty lines are ignored');
});

const MALFORMED: readonly (readonly [string, RegExp])[] = [
  ['{"do":"key","key":"f1"}', /"key" must be/],
  ['{"do":"key"}', /"key" must be/],
  ['{"do":"jump"}', /"do" must be/],
  ['{"key":"1"}', /"do" must be/],
  ['{"do":"scan","text":5}', /"text" must be string/],
  ['{"do":"printer","state":"on-fire"}', /"state" must be/],
  ['{"do":"wifi","networks":[{"passphrase":"geheim-1"}]}', /"networks.0.ssid"/],
  ['{"do":"wifi","networks":[{"ssid":"","passphrase":"geheim-1"}]}', /1 to 32 bytes/],
  ['[{"do":"exit"}]', /not a JSON object/],
  ['null', /not a JSON object/],
  ['"exit"', /not a JSON object/],
  ['{"do":"exit"', /not a JSON object/],
  ['{"do":"exit"}{"do":"exit"}', /not a JSON object/],
];

for (const [line, reason] of MALFORMED) {
  headless(`the malformed line ${line} gets an error line and changes nothing`, async () => {
    const { input, profile, keys, scans, stops, lines } = startHeadless();
    profile.announceReady(READY);
    input.write(`${line}\n{"do":"key","key":"7"}\n`);
    await settle();
    const errors = lines().filter((output) => output.is === 'error');
    assert.is(errors.length, 1);
    assert.match(String(errors[0]?.['message']), reason);
    assert.not.match(String(errors[0]?.['message']), 'geheim-1');
    assert.equal(keys, ['7']);
    assert.equal(scans, []);
    assert.is(stops(), 0);
    assert.is(profile.devices.printer.status(), 'ok');
  });
}

headless('a line of 10 MB is refused by its limit, kept nowhere, and the next line works', async () => {
  const { input, profile, keys, lines } = startHeadless();
  profile.announceReady(READY);
  input.write('{"do":"scan","text":"');
  for (let count = 0; count < 160; count += 1) {
    input.write('9'.repeat(64 * 1024));
    await settle();
  }
  input.write('"}\n{"do":"key","key":"enter"}\n');
  await settle();
  const errors = lines().filter((line) => line.is === 'error');
  assert.is(errors.length, 1);
  assert.match(String(errors[0]?.['message']), '65536 bytes');
  assert.equal(keys, ['enter']);
});

headless('bytes that are no UTF-8 are named, not guessed at', async () => {
  const { input, profile, scans, lines } = startHeadless();
  profile.announceReady(READY);
  input.write(Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]));
  await settle();
  assert.match(String(lines().at(-1)?.['message']), 'UTF-8');
  assert.equal(scans, []);
});

headless('keys that come before ready are held, the printer and the radio change at once', async () => {
  const { input, profile, keys } = startHeadless();
  input.write('{"do":"key","key":"1"}\n{"do":"printer","state":"out-of-paper"}\n');
  await settle();
  assert.equal(keys, []);
  assert.is(profile.devices.printer.status(), 'out-of-paper');
  profile.announceReady(READY);
  assert.equal(keys, ['1']);
});

headless('a sentence is written when it starts, with its clips and its order', async () => {
  const { profile, lines } = startHeadless();
  profile.announceReady(READY);
  await profile.devices.speaker.speak(
    {
      job: 'v1',
      sentence: { text: '微信支付收款成功，二十点零五元', clips: ['wechat-paid', 'amount'] },
      order: '0100005200000018',
      refund: null,
    },
    new AbortController().signal,
  );
  await settle();
  const { at: _at, ...voice } = lines().at(-1) ?? { at: '' };
  assert.equal(voice, {
    is: 'voice',
    seq: 2,
    text: '微信支付收款成功，二十点零五元',
    clips: ['wechat-paid', 'amount'],
    order: '0100005200000018',
    refund: null,
  });
});

headless('a slip is written with the exact bytes and its text', async () => {
  const { profile, lines } = startHeadless();
  profile.announceReady(READY);
  await profile.devices.printer.print(SLIP, new AbortController().signal);
  await settle();
  const print = lines().at(-1);
  assert.is(print?.is, 'print');
  assert.is(print?.['job'], SLIP.id);
  assert.is(print?.['kind'], 'payment');
  assert.is(print?.['orderBarcode'], '0100005200000018');
  assert.match(String(print?.['text']), '20.05');
  const bytes = Buffer.from(String(print?.['escpos']), 'base64');
  assert.ok(bytes.includes(Buffer.from([0x1b])), 'ESC/POS commands');
  assert.ok(bytes.includes(Buffer.from('20.05')), 'the amount as characters');
});

headless('without paper nothing is printed', async () => {
  const { input, profile, lines } = startHeadless();
  profile.announceReady(READY);
  input.write('{"do":"printer","state":"unplugged"}\n');
  await settle();
  const failure = await profile.devices.printer
    .print(SLIP, new AbortController().signal)
    .catch((error: { code?: string }) => error);
  assert.match(String(failure?.code), /^printer\./);
  await settle();
  assert.is(
    lines().some((line) => line.is === 'print'),
    false,
  );
});

headless('the networks in reach are the ones that the radio can join', async () => {
  const { input, profile } = startHeadless();
  profile.announceReady(READY);
  input.write('{"do":"wifi","networks":[{"ssid":"shop","passphrase":"12345678"},{"ssid":"open"}]}\n');
  await settle();
  const { wifi } = profile.devices;
  await wifi.join(
    { ssid: 'shop', security: 'wpa', passphrase: new Secret('12345678'), hidden: false },
    new AbortController().signal,
  );
  assert.is(wifi.current(), 'shop');
});

headless('a dump is answered with what the terminal says, after the keys before it', async () => {
  const { input, profile, keys, lines } = startHeadless();
  profile.onDump(async () => ({
    actors: { cashier: { keys: keys.length } },
    journal: [{ seq: 1 }],
    openOrders: ['0100005200000018'],
    openRefunds: [],
  }));
  profile.announceReady(READY);
  input.write('{"do":"key","key":"1"}\n{"do":"dump"}\n');
  await settle();
  const dump = lines().at(-1);
  assert.is(dump?.is, 'dump');
  assert.equal(dump?.['actors'], { cashier: { keys: 1 } });
  assert.equal(dump?.['openOrders'], ['0100005200000018']);
  assert.equal(dump?.['openRefunds'], []);
});

headless('a dump that fails says so and the terminal goes on', async () => {
  const { input, profile, keys, lines } = startHeadless();
  profile.onDump(() => {
    throw new Error('the journal is closed');
  });
  profile.announceReady(READY);
  input.write('{"do":"dump"}\n{"do":"key","key":"1"}\n');
  await settle();
  assert.match(String(lines().at(-1)?.['message']), 'the journal is closed');
  assert.equal(keys, ['1']);
});

headless(
  'exit and the end of the input ask for one orderly stop, after the last line even without its newline',
  async () => {
    const { input, profile, keys, stops } = startHeadless();
    profile.announceReady(READY);
    input.write('{"do":"exit"}\n');
    await settle();
    assert.is(stops(), 1);
    input.end('{"do":"key","key":"9"}');
    await settle();
    assert.equal(keys, ['9']);
    assert.is(stops(), 1);
  },
);

headless('a stop that was asked for before anybody listened is not lost', async () => {
  const input = new PassThrough();
  const profile = new HeadlessProfile({ input, output: new PassThrough(), clock: new VirtualClock() });
  input.end();
  await settle();
  profile.announceReady(READY);
  let stops = 0;
  profile.onStop(() => (stops += 1));
  assert.is(stops, 1);
});

headless('a reader slower than the terminal gets every line whole and in order', async () => {
  const input = new PassThrough();
  const output = new PassThrough({ highWaterMark: 16 });
  const profile = new HeadlessProfile({ input, output, clock: new VirtualClock() });
  profile.announceReady(READY);
  for (let fen = 1; fen <= 500; fen += 1) profile.devices.screen.show({ ...AMOUNT, amountFen: fen });
  let written = '';
  let closed = false;
  const closing = profile.devices.close().then(() => (closed = true));
  await settle();
  assert.is(closed, false, 'close waits for the reader');
  output.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  await closing;
  const seqs = written
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as OutputLine).seq);
  assert.equal(
    seqs,
    Array.from({ length: 501 }, (_, index) => index + 1),
  );
});

headless('a reader that went away does not stop the terminal', async () => {
  const { output, profile, input, keys } = startHeadless();
  profile.announceReady(READY);
  output.destroy(new Error('EPIPE'));
  await settle();
  profile.devices.screen.show(AMOUNT);
  input.write('{"do":"key","key":"1"}\n');
  await settle();
  assert.equal(keys, ['1']);
  await profile.devices.close();
});

headless.run();
