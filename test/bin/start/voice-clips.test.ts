import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { checkVoiceClips, openVoiceClips } from '../../../bin/start/voice-clips.ts';
import { isFailure } from '../../../domain/failure.ts';

const clips = suite('bin/start/voice-clips');
const shipped = { voice: { clips: null } };

clips('a terminal speaks with the shipped clips of its language', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    const warnings: string[] = [];
    assert.is(openVoiceClips({ ...shipped, locale }, (message) => warnings.push(message))?.locale, locale);
    assert.equal(warnings, []);
  }
});

clips('shipped clips that are damaged are told, and the terminal works without a voice', () => {
  const warnings: string[] = [];
  // A language whose folder is not there is like a folder that was lost.
  const lost = { ...shipped, locale: 'fr' as 'en' };
  assert.is(
    openVoiceClips(lost, (message) => warnings.push(message)),
    null,
  );
  assert.match(warnings.join(), /the voice that comes with the terminal is damaged: .*there is no such folder/s);
});

clips('recordings that were asked for and cannot be used are an error at the start', () => {
  const config = { voice: { clips: '/nowhere/at/all' }, locale: 'en' as const };
  for (const open of [() => checkVoiceClips(config), () => openVoiceClips(config, () => {})]) {
    try {
      open();
      assert.unreachable();
    } catch (error) {
      assert.ok(isFailure(error, 'configuration.invalid'));
      assert.match(error.message, /\/nowhere\/at\/all cannot speak en; add the recordings, or leave voice\.clips out/);
    }
  }
});

clips.run();
