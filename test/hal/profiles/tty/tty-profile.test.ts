import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key, Screen } from '../../../../domain/screen.ts';
import { VirtualClock } from '../../../../hal/clock/virtual-clock.ts';
import { displayWidth, wrapToWidth } from '../../../../hal/profiles/tty/display-width.ts';
import { TtyProfile } from '../../../../hal/profiles/tty/tty-profile.ts';
import { drawScreen, spellScreen } from '../../../../hal/profiles/tty/tty-screen.ts';

const tty = suite('hal/profiles/tty/tty-profile');

const AMOUNT: Screen = { name: 'amount', lines: ['收款金额', '¥20.05', '按确认键'], order: null, amountFen: 2005 };

function startTty(plain: boolean) {
  const input = new PassThrough();
  const output = new PassThrough();
  const clock = new VirtualClock();
  const profile = new TtyProfile({ input, output, clock, plain });
  const keys: Key[] = [];
  const scans: string[] = [];
  let stops = 0;
  let written = '';
  profile.devices.keypad.subscribe((key) => keys.push(key));
  profile.devices.scanner.subscribe((text) => scans.push(text));
  profile.onStop(() => (stops += 1));
  output.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  const type = async (text: string, gapMs = 100) => {
    for (const character of text) {
      input.write(character);
      await settle();
      clock.advance(gapMs);
    }
  };
  return { input, profile, clock, keys, scans, type, stops: () => stops, written: () => written };
}

const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
const uncoloured = (text: string) => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');

tty('Chinese takes two columns, and a line is cut where the next character does not fit', () => {
  assert.is(displayWidth('收款 ¥20'), 8);
  assert.equal(wrapToWidth('收款成功ok', 5), ['收款', '成功o', 'k']);
});

tty('every drawn row has the same width, the amount is five rows high', () => {
  const rows = drawScreen(AMOUNT, 80);
  assert.ok(rows.every((row) => displayWidth(uncoloured(row)) === 64));
  assert.is(rows.filter((row) => row.includes('██')).length, 5);
});

tty('a narrow console shows the amount as text rather than cut', () => {
  const rows = drawScreen(AMOUNT, 24).map(uncoloured);
  assert.ok(rows.some((row) => row.includes('¥20.05')));
  assert.ok(rows.every((row) => displayWidth(row) === 24));
});

tty('control characters in a line from outside cannot move the cursor', () => {
  const rows = spellScreen({ ...AMOUNT, lines: ['shop\x1b[2J\x07'] }, 64);
  assert.equal(rows[1], 'shop [2J ');
});

tty('the keys of the keyboard are the keys of the terminal', async () => {
  const { keys, type } = startTty(false);
  await type('20.05\r\x7frqmpt');
  await type('\x1b[A\x1b[B', 1);
  await type('\x1b');
  assert.equal(keys, [
    '2',
    '0',
    '.',
    '0',
    '5',
    'enter',
    'backspace',
    'refund',
    'query',
    'menu',
    'replay',
    'reprint',
    'up',
    'down',
    'cancel',
  ]);
});

tty('a pasted code is a scan, letters in it press no keys', async () => {
  const { input, keys, scans } = startTty(false);
  input.write('https://pay.qcloud.com/cpay/use_device_setting?osi=1&si=2\r');
  await settle();
  assert.equal(scans, ['https://pay.qcloud.com/cpay/use_device_setting?osi=1&si=2']);
  assert.equal(keys, []);
});

tty('a code typed by hand after a colon is a scan', async () => {
  const { keys, scans, type, written } = startTty(true);
  await type(':01000052x\x7f\r');
  assert.equal(scans, ['01000052']);
  assert.equal(keys, []);
  assert.match(written(), ': 01000052');
});

tty('Ctrl+C and the end of the input stop in order, once', async () => {
  const { input, stops, type } = startTty(false);
  await type('\x03');
  input.end();
  await settle();
  assert.is(stops(), 1);
});

tty('a plain line gets no escape sequence at all: screen, voice and slip are words', async () => {
  const { profile, written } = startTty(true);
  profile.announceReady({ version: '1.0.0', configured: true, uptimeMs: 1 });
  profile.devices.screen.show(AMOUNT);
  await profile.devices.speaker.speak(
    { job: 'v', sentence: { text: '微信支付收款成功', clips: [] }, order: null, refund: null },
    new AbortController().signal,
  );
  await profile.devices.printer.print(
    {
      id: 'p',
      slip: { kind: 'payment', blocks: [{ is: 'field', label: '金额', value: '20.05' }], orderBarcode: null },
      order: null,
      refund: null,
    },
    new AbortController().signal,
  );
  await settle();
  assert.not.match(written(), '\x1b');
  for (const word of ['¥20.05', '微信支付收款成功', '金额']) assert.match(written(), word);
});

tty('a screen is drawn over the one before, but never over a slip or a sentence', async () => {
  const { profile, written } = startTty(false);
  profile.devices.screen.show(AMOUNT);
  profile.devices.screen.show({ ...AMOUNT, amountFen: 3 });
  await settle();
  assert.is(written().split('\x1b[J').length - 1, 1);
  await profile.devices.speaker.speak(
    { job: 'v', sentence: { text: '收款', clips: [] }, order: null, refund: null },
    new AbortController().signal,
  );
  profile.devices.screen.show(AMOUNT);
  await settle();
  assert.is(written().split('\x1b[J').length - 1, 1);
});

tty.run();
