import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { voiceFor } from '../../../domain/voice/voice.ts';
import { sealAnswer } from '../../../simulator/gateway/wire.ts';
import { isSignedDenial } from '../../../simulator/world/overheard.ts';
import { spokenFen } from '../../../simulator/world/spoken-amount.ts';

const observer = suite('simulator/world/observer');
const voice = voiceFor('zh-CN');

observer('the ear hears the amount that was spoken, digit by digit', () => {
  const amounts = [1, 5, 10, 99, 100, 101, 110, 1000, 1200, 1250, 2005, 10_010, 90_010, 100_000, 101_000, 1_000_000];
  for (const fen of [...amounts, 1_234_567, 10_000_000, 12_345_678, 100_100_100, 999_999_999]) {
    assert.is(spokenFen(voice.paid('wechat', fen).clips), fen, `${fen} fen`);
    assert.is(spokenFen(voice.paid('alipay', fen, 'late', Date.UTC(2026, 0, 5, 9, 20)).clips), fen, `${fen} fen, late`);
    assert.is(spokenFen(voice.refunded('wechat', fen).clips), fen, `${fen} fen given back`);
  }
  assert.is(spokenFen(voice.unresolved().clips), null);
});

observer('only a denial whose code is right allows a repeat', () => {
  const content = JSON.stringify({ status: 104, description: '', internal_status: 400 });
  assert.ok(isSignedDenial(sealAnswer(content, 'key'), ['other', 'key']));
  assert.not.ok(isSignedDenial(sealAnswer(content, 'foreign'), ['key']));
  assert.not.ok(isSignedDenial(sealAnswer(content, null), ['key']));
  assert.not.ok(isSignedDenial(sealAnswer(content, 'key').replace('104', '105'), ['key']));
  assert.not.ok(isSignedDenial(sealAnswer(JSON.stringify({ status: 0 }), 'key'), ['key']));
  assert.not.ok(isSignedDenial('\\"internal_status\\":400', ['key']));
});

observer.run();
