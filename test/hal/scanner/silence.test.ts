import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { Silence } from '../../../hal/scanner/silence.ts';

const silence = suite('hal/scanner/silence');

silence('it falls once, after the last thing that was read, and not when it was stopped', () => {
  const clock = new VirtualClock();
  let fell = 0;
  const quiet = new Silence(clock, () => (fell += 1));
  quiet.restart();
  clock.advance(90);
  quiet.restart();
  clock.advance(90);
  assert.is(fell, 0);
  clock.advance(1_000);
  assert.is(fell, 1);
  quiet.restart();
  quiet.stop();
  clock.advance(1_000);
  assert.is(fell, 1);
  assert.is(clock.pending, 0);
});

silence('what waited while the terminal was busy is read before it falls', async () => {
  const fell = Promise.withResolvers<void>();
  let read = false;
  let readFirst: boolean | null = null;
  const quiet = new Silence(new SystemClock(), () => {
    readFirst = read;
    fell.resolve();
  });
  quiet.restart();
  // The reading comes in the loop's poll phase, after its timers; an immediate stands for it.
  const busyUntil = performance.now() + 150;
  while (performance.now() < busyUntil);
  setImmediate(() => {
    read = true;
    quiet.restart();
  });
  await fell.promise;
  assert.is(readFirst, true);
});

silence.run();
