import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import type { Announcement } from '../../../domain/sentence.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedSpeaker } from '../../../hal/speaker/simulated-speaker.ts';

const speaker = suite('hal/speaker/simulated-speaker');

const paid: Announcement = {
  job: 'voice-1',
  sentence: { text: '微信支付收款成功，二十元', clips: ['wechat-paid', '20', 'yuan'] },
  order: '0100005200000018',
  refund: null,
};

const never = () => new AbortController().signal;

speaker('the sentence is told when it starts, and is over at once unless it is given a length', async () => {
  const clock = new VirtualClock();
  const device = new SimulatedSpeaker({ clock });
  const started: Announcement[] = [];
  device.subscribe((announcement) => started.push(announcement));
  await device.speak(paid, never());
  assert.equal(started, [paid]);
  assert.is(clock.pending, 0);
});

speaker('a sentence with a length is over when its time has passed', async () => {
  const clock = new VirtualClock();
  const device = new SimulatedSpeaker({ clock, spokenMs: ({ sentence }) => sentence.text.length * 220 });
  let over = false;
  const spoken = device.speak(paid, never()).then(() => (over = true));
  assert.is(device.history().length, 1, 'told before it is over');
  clock.advance(paid.sentence.text.length * 220 - 1);
  await Promise.resolve();
  assert.is(over, false);
  clock.advance(1);
  await spoken;
  assert.is(over, true);
});

speaker('silencing it rejects with the reason and leaves no timer behind', async () => {
  const clock = new VirtualClock();
  const device = new SimulatedSpeaker({ clock, spokenMs: () => 5_000 });
  const silence = new AbortController();
  const spoken = device.speak(paid, silence.signal).catch((reason: unknown) => reason);
  silence.abort('something more urgent');
  assert.is(await spoken, 'something more urgent');
  assert.is(clock.pending, 0);
});

speaker('a sentence silenced before it began is not told', async () => {
  const device = new SimulatedSpeaker({ clock: new VirtualClock() });
  const reason = await device.speak(paid, AbortSignal.abort('too late')).catch((error: unknown) => error);
  assert.is(reason, 'too late');
  assert.equal(device.history(), []);
});

speaker('a broken speaker fails by name, a mended one speaks', async () => {
  const device = new SimulatedSpeaker({ clock: new VirtualClock() });
  device.setBroken(true);
  const failure = await device.speak(paid, never()).catch((error: unknown) => error);
  assert.ok(isFailure(failure, 'speaker.failed'));
  device.setBroken(false);
  await device.speak(paid, never());
  assert.is(device.history().length, 1);
});

speaker('the volume stays between 0 and 100', () => {
  const device = new SimulatedSpeaker({ clock: new VirtualClock() });
  device.setVolume(140);
  assert.is(device.volume(), 100);
  device.setVolume(-3);
  assert.is(device.volume(), 0);
});

speaker('closing it ends a sentence that is being spoken', async () => {
  const clock = new VirtualClock();
  const device = new SimulatedSpeaker({ clock, spokenMs: () => 5_000 });
  const spoken = device.speak(paid, never()).catch((error: unknown) => error);
  await device.close();
  assert.ok(isFailure(await spoken, 'speaker.failed'));
  assert.is(clock.pending, 0);
});

speaker.run();
