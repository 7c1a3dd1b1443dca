import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor, setup } from 'xstate';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';

const clocks = suite('hal/clock');

clocks('timers fire at their due time, in order, equal ones in the order they were set', () => {
  const clock = new VirtualClock(1_000_000);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.monotonicMs()}/${clock.wallMs()}`);
  clock.setTimeout(note('late'), 500);
  clock.setTimeout(note('first'), 100);
  clock.setTimeout(note('second'), 100);
  clock.setTimeout(note('at once'), -5);
  clock.advance(1000);
  assert.equal(fired, ['at once@0/1000000', 'first@100/1000100', 'second@100/1000100', 'late@500/1000500']);
  assert.is(clock.monotonicMs(), 1000);
});

clocks('a timer set by a timer fires inside the same advance, at its own time', () => {
  const clock = new VirtualClock();
  const fired: number[] = [];
  const again = (): void => {
    fired.push(clock.monotonicMs());
    if (fired.length < 4) clock.setTimeout(again, 300);
  };
  clock.setTimeout(again, 300);
  clock.advance(10_000);
  assert.equal(fired, [300, 600, 900, 1200]);
});

clocks('a cleared timer never fires and is not waited for', () => {
  const clock = new VirtualClock();
  const timer = clock.setTimeout(() => assert.unreachable(), 10);
  clock.clearTimeout(timer);
  clock.clearTimeout(timer);
  clock.clearTimeout(undefined);
  assert.is(clock.pending, 0);
  assert.is(clock.nextDueMs, null);
  assert.not(clock.runNext());
});

clocks('a jump of the wall clock moves no timer', () => {
  const clock = new VirtualClock(5_000);
  let firedAt = -1;
  clock.setTimeout(() => (firedAt = clock.monotonicMs()), 100);
  clock.jumpWall(-4_000);
  assert.is(clock.wallMs(), 1_000);
  clock.jumpWall(86_400_000);
  clock.advance(99);
  assert.is(firedAt, -1);
  clock.advance(1);
  assert.is(firedAt, 100);
});

clocks('ten thousand timers in any order come out sorted', () => {
  const clock = new VirtualClock();
  const random = new SeededRandom('timers');
  let last = -1;
  let fired = 0;
  for (let count = 0; count < 10_000; count++) {
    const timer = clock.setTimeout(
      () => {
        assert.ok(clock.monotonicMs() >= last);
        last = clock.monotonicMs();
        fired += 1;
      },
      Math.floor(random.fraction() * 1000),
    );
    if (count % 3 === 0) clock.clearTimeout(timer);
  }
  clock.advance(1000);
  assert.is(fired, 6666);
});

clocks('a chart takes it as its clock: chained delays come at their own times', () => {
  const clock = new VirtualClock();
  const machine = setup({ delays: { short: 100 } }).createMachine({
    initial: 'one',
    states: { one: { after: { short: 'two' } }, two: { after: { short: 'three' } }, three: {} },
  });
  const actor = createActor(machine, { clock });
  actor.start();
  clock.advance(199);
  assert.is(actor.getSnapshot().value, 'two');
  clock.advance(1);
  assert.is(actor.getSnapshot().value, 'three');
  actor.stop();
});

clocks('the system clock fires a timer, and waits for one that Node cannot hold', async () => {
  const clock = new SystemClock();
  const before = clock.monotonicMs();
  const long = clock.setTimeout(() => assert.unreachable('a timer of 100 days fired at once'), 100 * 86_400_000);
  await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), 5));
  clock.clearTimeout(long);
  assert.ok(clock.monotonicMs() > before);
  assert.ok(Number.isInteger(clock.wallMs()));
});

clocks.run();
