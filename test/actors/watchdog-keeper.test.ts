import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor } from 'xstate';

import { WatchdogKeeper } from '../../actors/watchdog-keeper.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { terminalMachine } from '../../machines/terminal.machine.ts';

const keeper = suite('actors/watchdog-keeper');

function startKeeper() {
  const clock = new VirtualClock();
  const state = { answers: true, sound: true, pets: 0 };
  const kept = new WatchdogKeeper({
    watchdog: { petMs: 5_000, pet: () => void (state.pets += 1), close: () => Promise.resolve() },
    clock,
    askRoot: (answer) => {
      if (state.answers) answer();
    },
    isStorageSound: () => state.sound,
  });
  return { clock, state, kept };
}

keeper('it pets as often as the root answers, and not once more', () => {
  const { clock, state, kept } = startKeeper();
  clock.advance(20_000);
  assert.is(state.pets, 5);
  state.answers = false;
  clock.advance(60_000);
  assert.is(state.pets, 5);
  state.answers = true;
  clock.advance(5_000);
  assert.is(state.pets, 6);
  kept.stop();
  clock.advance(60_000);
  assert.is(state.pets, 6);
  assert.is(clock.pending, 0);
});

keeper('M10 a failed journal gets ten minutes to be mended before the watchdog may bark', () => {
  const { clock, state, kept } = startKeeper();
  state.sound = false;
  clock.advance(600_000);
  const pets = state.pets;
  assert.ok(pets >= 120);
  clock.advance(60_000);
  assert.is(state.pets, pets);
  state.sound = true;
  clock.advance(5_000);
  assert.is(state.pets, pets + 1);
  kept.stop();
});

keeper('the root chart answers while it lives, and a stopped one does not', () => {
  const root = createActor(terminalMachine, { input: {} as never });
  let heard = 0;
  root.subscribe({ next: () => (heard += 1), error: () => undefined });
  root.start();
  const before = heard;
  root.send({ type: 'health.asked' });
  assert.is(heard, before + 1);
  root.stop();
  root.send({ type: 'health.asked' });
  assert.is(heard, before + 1);
});

keeper.run();
