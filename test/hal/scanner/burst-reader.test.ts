import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { BurstReader } from '../../../hal/scanner/burst-reader.ts';
import { SCAN_TEXT_MAX } from '../../../hal/scanner/contract.ts';

const burst = suite('hal/scanner/burst-reader');

function startReader() {
  const clock = new VirtualClock();
  const events: string[] = [];
  const reader = new BurstReader({
    clock,
    typed: (character) => events.push(`typed ${JSON.stringify(character)}`),
    scanned: (text) => events.push(`scanned ${text}`),
  });
  const send = (text: string, gapMs: number) => {
    for (const character of text) {
      reader.feed(character);
      clock.advance(gapMs);
    }
  };
  return { clock, events, reader, send };
}

burst('a fast run of characters with Enter is a scan', () => {
  const { events, send } = startReader();
  send('134567890123456789\r', 2);
  assert.equal(events, ['scanned 134567890123456789']);
});

burst('a scanner that sends no Enter is understood too', () => {
  const { clock, events, send } = startReader();
  send('134567890123456789', 2);
  clock.advance(50);
  assert.equal(events, ['scanned 134567890123456789']);
});

burst('an amount that a person types is typed, key by key', () => {
  const { events, send } = startReader();
  send('20.05\n', 90);
  assert.equal(
    events,
    ['2', '0', '.', '0', '5', '\n'].map((key) => `typed ${JSON.stringify(key)}`),
  );
});

burst('an amount pasted at once is too short for a scan and is typed in order, Enter last', () => {
  const { events, send } = startReader();
  send('12345.67\n', 0);
  assert.equal(events.at(-1), 'typed "\\n"');
  assert.is(events.length, 9);
});

burst('a scan after a typed digit takes only its own characters', () => {
  const { events, send } = startReader();
  send('5', 200);
  send('286543210123456789\n', 1);
  assert.equal(events, ['typed "5"', 'scanned 286543210123456789']);
});

burst('a burst without end is cut at the longest scan', () => {
  const { clock, events, reader } = startReader();
  for (let count = 0; count < SCAN_TEXT_MAX * 2; count += 1) reader.feed('7');
  clock.advance(100);
  assert.is(events.length, 1);
  assert.is(events[0]?.length, 'scanned '.length + SCAN_TEXT_MAX);
});

burst.run();
