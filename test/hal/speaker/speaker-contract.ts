import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

import { isFailure } from '../../../domain/failure.ts';
import type { Announcement } from '../../../domain/sentence.ts';
import { voiceFor } from '../../../domain/voice/voice.ts';
import type { Speaker } from '../../../hal/speaker/contract.ts';

/** An announcement of a payment of 20.05. */
export const PAID: Announcement = {
  job: 'voice-1',
  sentence: voiceFor('zh-CN').paid('wechat', 2005),
  order: '0100005200000018',
  refund: null,
};

/** A signal that never comes. */
export const never = (): AbortSignal => new AbortController().signal;

export interface SpeakerUnderTest {
  /** A speaker on which a sentence is heard to its end at once. */
  open(): Speaker;
  /** A speaker on which a sentence lasts until it is silenced. `speaking` resolves when it began. */
  openEndless(): { readonly speaker: Speaker; readonly speaking: Promise<void> };
}

/** What every speaker does, real or simulated. */
export function speakerContract(test: Test, name: string, { open, openEndless }: SpeakerUnderTest): void {
  test(`${name}: a sentence is over when it was heard`, async () => {
    const speaker = open();
    await speaker.speak(PAID, never());
    await speaker.speak(PAID, never());
    await speaker.close();
  });

  test(`${name}: silencing a sentence ends it with the reason, and the next one can be spoken`, async () => {
    const { speaker, speaking } = openEndless();
    const silence = new AbortController();
    const told = speaker.speak(PAID, silence.signal).catch((reason: unknown) => reason);
    await speaking;
    silence.abort('a result is more urgent');
    assert.is(await told, 'a result is more urgent');
    const more = new AbortController();
    const next = speaker.speak(PAID, more.signal).catch((reason: unknown) => reason);
    more.abort('enough');
    assert.is(await next, 'enough');
    await speaker.close();
  });

  test(`${name}: a sentence that was silenced before it began is not spoken`, async () => {
    const { speaker } = openEndless();
    const reason = await speaker.speak(PAID, AbortSignal.abort('too late')).catch((error: unknown) => error);
    assert.is(reason, 'too late');
    await speaker.close();
  });

  test(`${name}: closing it silences it by name, twice is once`, async () => {
    const { speaker, speaking } = openEndless();
    const told = speaker.speak(PAID, never()).catch((error: unknown) => error);
    await speaking;
    await speaker.close();
    await speaker.close();
    assert.ok(isFailure(await told, 'speaker.failed'));
    const after = await speaker.speak(PAID, never()).catch((error: unknown) => error);
    assert.ok(isFailure(after, 'speaker.failed'));
  });

  test(`${name}: any volume is taken`, async () => {
    const speaker = open();
    for (const percent of [0, 100, 140, -3]) {
      speaker.setVolume(percent);
      await speaker.speak(PAID, never());
    }
    await speaker.close();
  });
}
