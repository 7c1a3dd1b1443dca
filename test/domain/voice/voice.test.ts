import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Locale, Sentence } from '../../../domain/sentence.ts';
import { CLIPS } from '../../../domain/voice/clips.ts';
import { voiceFor } from '../../../domain/voice/voice.ts';

const spoken = suite('domain/voice/voice');
const zh = voiceFor('zh-CN');

const STEPS = [
  'amount',
  'paying',
  'same-amount',
  'scan-slip',
  'refund-amount',
  'refund-pin',
  'refund-code',
  'refunding',
  'amount-zero',
  'amount-over-maximum',
  'over-refundable',
  'not-refundable',
  'no-network',
  'refused',
] as const;

/** Every sentence of the voice, for some amounts. */
function everySentence(locale: Locale): [name: string, sentence: Sentence][] {
  const voice = voiceFor(locale);
  const all: [string, Sentence][] = [];
  for (const platform of ['wechat', 'alipay'] as const) {
    for (const fen of [1, 2005, 12821900]) {
      for (const when of ['now', 'late', 'after-power-cut'] as const) {
        all.push([`paid ${when}`, voice.paid(platform, fen, when, 1_700_000_000_000)]);
        if (when !== 'now') all.push([`notPaid ${when}`, voice.notPaid(fen, when)]);
      }
      for (const name of ['refundAccepted', 'refunded', 'refundFailed', 'refundUnknown', 'refundManual'] as const) {
        all.push([name, voice[name](platform, fen)]);
      }
      for (const state of ['paid', 'partly-refunded', 'fully-refunded', 'unpaid', 'closed', 'unresolved'] as const) {
        all.push([`order ${state}`, voice.orderState({ state, platform, amountFen: fen, refundedFen: 1 })]);
      }
    }
  }
  const plain = [
    'unresolved',
    'password',
    'refreshCode',
    'orderNotFound',
    'configuring',
    'configured',
    'unbound',
    'wifiJoining',
    'wifiJoined',
    'wifiFailed',
    'storageAlarm',
    'printerOutOfPaper',
    'printerFault',
    'upgradeStarted',
    'upgradeDone',
    'upgradeFailed',
    'upgradeNone',
    'nothingToReplay',
  ] as const;
  for (const name of plain) all.push([name, voice[name]()]);
  all.push(
    ['failed', voice.failed('refused', 2005)],
    ['failed not-sent', voice.failed('not-sent', 2005)],
    ['presentCode', voice.presentCode(2005)],
  );
  all.push(
    ['configurationFailed', voice.configurationFailed(true)],
    ['configurationFailed first', voice.configurationFailed(false)],
  );
  all.push(
    ['domains', voice.domains([true, false, true, true])],
    ['no domain', voice.domains([false, false])],
    ['staffSet', voice.staffSet('0012')],
    ['speakerTest', voice.speakerTest()],
    ['guidance on', voice.guidance(true)],
    ['guidance off', voice.guidance(false)],
    ['clockWrong', voice.clockWrong()],
    ...STEPS.map((step) => [`step ${step}`, voice.step(step, 2005)] as [string, Sentence]),
    ['rehearsal', voice.rehearsal()],
  );
  return all;
}

spoken('the mandated sentences', () => {
  assert.is(zh.unresolved().text, '结果未确认，请查单，勿重复收款');
  assert.is(zh.paid('wechat', 2005).text, '微信支付收款成功，二十点零五元');
  assert.is(zh.paid('alipay', 1005).text, '支付宝收款成功，十点零五元');
  assert.is(zh.paid('wechat', 2000, 'late').text, '刚才那笔，微信支付收款成功，二十元');
  assert.is(zh.paid('alipay', 2000, 'after-power-cut').text, '断电前那笔，支付宝收款成功，二十元');
  assert.is(zh.notPaid(2000, 'late').text, '刚才那笔，二十元，未收款');
  assert.is(zh.refundAccepted('wechat', 100).text, '微信退款已受理，一元');
  assert.is(zh.refundAccepted('alipay', 100).text, '支付宝退款已受理，一元');
  assert.is(zh.password().text, '请顾客输入密码');
  assert.is(zh.failed('refused', 600).text, '收款失败，六元，请重新收款');
  assert.is(zh.failed('not-sent', 600).text, '没有收款，六元，请检查网络');
  assert.is(voiceFor('en').paid('wechat', 2005).text, 'WeChat payment received, twenty point zero five yuan');
});

spoken('a late verdict says when the customer paid, on the shop’s clock', () => {
  const noonAndFive = Date.UTC(2026, 0, 2, 4, 5);
  assert.is(zh.paid('wechat', 100, 'late', noonAndFive).text, '刚才那笔，微信支付收款成功，一元，付款时间十二点零五分');
  assert.is(
    zh.paid('wechat', 100, 'late', noonAndFive - 300_000).text,
    '刚才那笔，微信支付收款成功，一元，付款时间十二点整',
  );
  assert.is(zh.paid('wechat', 100, 'now', noonAndFive).text, '微信支付收款成功，一元');
  assert.match(voiceFor('zh-CN', 0).paid('wechat', 100, 'late', noonAndFive).text, /四点零五分$/);
});

for (const locale of ['zh-CN', 'en'] as const) {
  spoken(`every sentence is exactly its clips, and every clip is in the list (${locale})`, () => {
    const texts = new Map(CLIPS[locale].map(({ id, text }) => [id, text]));
    assert.is(texts.size, CLIPS[locale].length, 'clip ids are unique');
    const bare = (text: string): string => text.replace(/[，, ]/g, '');
    const used = new Set<string>();
    for (const [name, sentence] of everySentence(locale)) {
      assert.ok(sentence.clips.length > 0, name);
      sentence.clips.forEach((clip) => used.add(clip));
      assert.is(bare(sentence.clips.map((clip) => texts.get(clip) ?? '?').join('')), bare(sentence.text), name);
    }
    const unused = [...texts.keys()].filter((id) => !id.startsWith('n-') && !used.has(id) && id !== 'time-sharp');
    assert.equal(unused, []);
  });
}

spoken('both languages have the same phrases', () => {
  const phrases = (locale: Locale): string[] => CLIPS[locale].map(({ id }) => id).filter((id) => !id.startsWith('n-'));
  assert.equal(phrases('zh-CN'), phrases('en'));
});

spoken('only a verified refusal is called a failure, and no sentence speaks of a time-out', () => {
  for (const [name, { text }] of everySentence('zh-CN')) {
    assert.not.match(text, /超时/, name);
    if (!/^failed$|Failed/.test(name)) assert.not.match(text, /失败/, name);
  }
  for (const [name, { text }] of everySentence('en')) assert.not.match(text, /timed? ?out/i, name);
});

spoken('a result is never just "query succeeded": platform, amount and state are said', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), (amountFen) => {
      const { text } = zh.orderState({ state: 'paid', platform: 'alipay', amountFen });
      assert.match(text, /^支付宝订单，.+元，已支付$/);
    }),
  );
});

spoken.run();
