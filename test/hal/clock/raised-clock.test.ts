import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RaisedClock } from '../../../hal/clock/raised-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';

const test = suite('hal/clock/raised-clock');
const FLOOR_MS = Date.UTC(2026, 0, 1);

test('a clock that woke up in 1970 goes on from the floor, and follows the real time once it is set', () => {
  const box = new VirtualClock(0);
  const clock = new RaisedClock(box, FLOOR_MS);
  assert.is(clock.wallMs(), FLOOR_MS);
  box.advance(5000);
  assert.is(clock.wallMs(), FLOOR_MS + 5000);
  box.jumpWall(FLOOR_MS + 86_400_000);
  assert.is(clock.wallMs(), FLOOR_MS + 86_405_000);
});

test('a clock that is right is left alone, timers and all', () => {
  const box = new VirtualClock(FLOOR_MS + 1000);
  const clock = new RaisedClock(box, FLOOR_MS);
  let fired = 0;
  clock.clearTimeout(clock.setTimeout(() => (fired += 10), 10));
  clock.setTimeout(() => (fired += 1), 10);
  box.advance(20);
  assert.is(fired, 1);
  assert.is(clock.wallMs(), FLOOR_MS + 1020);
  assert.is(clock.monotonicMs(), 20);
});

test.run();
