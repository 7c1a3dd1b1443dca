import type { Locale, Sentence } from '../../domain/sentence.ts';
import { type SpokenOrderState, type SpokenStep, type Voice, voiceFor } from '../../domain/voice/voice.ts';

const SALE_FEN = 2005;
const REFUND_FEN = 500;
/** 12:05 and 12:00 in China. */
const PAID_AT_MS = Date.UTC(2026, 0, 2, 4, 5);
const PAID_AT_NOON_MS = Date.UTC(2026, 0, 2, 4);

const STATES: readonly SpokenOrderState[] = [
  ...(['paid', 'partly-refunded', 'fully-refunded', 'unpaid', 'closed', 'unresolved'] as const),
];
/** The steps of the spoken flow, each with whether it is about an amount; the compiler names one that is missing. */
const STEPS: Readonly<Record<SpokenStep, 'amount' | 'plain'>> = {
  amount: 'amount',
  paying: 'plain',
  'same-amount': 'plain',
  'scan-slip': 'plain',
  'refund-amount': 'amount',
  'refund-pin': 'plain',
  'refund-code': 'plain',
  refunding: 'plain',
  'amount-zero': 'plain',
  'amount-over-maximum': 'plain',
  'over-refundable': 'plain',
  'not-refundable': 'plain',
  'no-network': 'plain',
  refused: 'plain',
};

type Samples = { readonly [Name in keyof Voice]: (voice: Voice) => Readonly<Record<string, Sentence>> };

const one =
  (say: (voice: Voice) => Sentence) =>
  (voice: Voice): Readonly<Record<string, Sentence>> => ({ '': say(voice) });
const both =
  (say: (voice: Voice, platform: 'wechat' | 'alipay') => Sentence) =>
  (voice: Voice): Readonly<Record<string, Sentence>> => ({
    wechat: say(voice, 'wechat'),
    alipay: say(voice, 'alipay'),
  });

/** Every sentence of the voice, each in all its kinds. A new one does not compile without a place here. */
const SAMPLES: Samples = {
  paid: (voice) => ({
    wechat: voice.paid('wechat', SALE_FEN),
    alipay: voice.paid('alipay', SALE_FEN),
    late: voice.paid('wechat', SALE_FEN, 'late', PAID_AT_MS),
    'after-power-cut': voice.paid('wechat', SALE_FEN, 'after-power-cut', PAID_AT_NOON_MS),
  }),
  notPaid: (voice) => ({
    late: voice.notPaid(SALE_FEN, 'late'),
    'after-power-cut': voice.notPaid(SALE_FEN, 'after-power-cut'),
  }),
  failed: (voice) => ({ refused: voice.failed('refused', SALE_FEN), 'not-sent': voice.failed('not-sent', SALE_FEN) }),
  unresolved: one((voice) => voice.unresolved()),
  password: one((voice) => voice.password()),
  presentCode: one((voice) => voice.presentCode(SALE_FEN)),
  refreshCode: one((voice) => voice.refreshCode()),
  refundAccepted: both((voice, platform) => voice.refundAccepted(platform, REFUND_FEN)),
  refunded: both((voice, platform) => voice.refunded(platform, REFUND_FEN)),
  refundFailed: both((voice, platform) => voice.refundFailed(platform, REFUND_FEN)),
  refundUnknown: both((voice, platform) => voice.refundUnknown(platform, REFUND_FEN)),
  refundManual: both((voice, platform) => voice.refundManual(platform, REFUND_FEN)),
  orderState: (voice) => ({
    ...Object.fromEntries(
      STATES.map((state) => [
        state,
        voice.orderState({ state, platform: 'wechat', amountFen: SALE_FEN, refundedFen: REFUND_FEN }),
      ]),
    ),
    alipay: voice.orderState({ state: 'paid', platform: 'alipay', amountFen: SALE_FEN }),
  }),
  orderNotFound: one((voice) => voice.orderNotFound()),
  configuring: one((voice) => voice.configuring()),
  configured: one((voice) => voice.configured()),
  configurationFailed: (voice) => ({
    first: voice.configurationFailed(false),
    again: voice.configurationFailed(true),
  }),
  unbound: one((voice) => voice.unbound()),
  domains: (voice) => ({
    some: voice.domains([true, true, false, true]),
    none: voice.domains([false, false, false, false]),
  }),
  wifiJoining: one((voice) => voice.wifiJoining()),
  wifiJoined: one((voice) => voice.wifiJoined()),
  wifiFailed: one((voice) => voice.wifiFailed()),
  staffSet: one((voice) => voice.staffSet('1001')),
  guidance: (voice) => ({ on: voice.guidance(true), off: voice.guidance(false) }),
  step: (voice) =>
    Object.fromEntries(
      Object.entries(STEPS).map(([step, about]) => [
        step,
        voice.step(step as SpokenStep, about === 'amount' ? SALE_FEN : null),
      ]),
    ),
  clockWrong: one((voice) => voice.clockWrong()),
  storageAlarm: one((voice) => voice.storageAlarm()),
  printerOutOfPaper: one((voice) => voice.printerOutOfPaper()),
  printerFault: one((voice) => voice.printerFault()),
  upgradeStarted: one((voice) => voice.upgradeStarted()),
  upgradeDone: one((voice) => voice.upgradeDone()),
  upgradeFailed: one((voice) => voice.upgradeFailed()),
  upgradeNone: one((voice) => voice.upgradeNone()),
  nothingToReplay: one((voice) => voice.nothingToReplay()),
  speakerTest: one((voice) => voice.speakerTest()),
  rehearsal: one((voice) => voice.rehearsal()),
};

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every sentence that the terminal can speak, with sample amounts, by the manual's name for it. */
export function spokenSentences(locale: Locale): ReadonlyMap<string, Sentence> {
  const voice = voiceFor(locale);
  return new Map(
    Object.entries(SAMPLES).flatMap(([name, say]) =>
      Object.entries(say(voice)).map(([kind, sentence]) => [
        kind === '' ? kebab(name) : `${kebab(name)}-${kind}`,
        sentence,
      ]),
    ),
  );
}
