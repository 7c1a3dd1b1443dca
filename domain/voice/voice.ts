import type { Fen } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Locale, Sentence } from '../sentence.ts';
import { amountClips, digitClips, type NumberClip, numberClips } from './amount-speech.ts';
import { type Clause, composeSentence } from './compose-sentence.ts';

/** When a verdict became known: at once, after the payment window, or after a restart of the terminal. */
export type Told = 'now' | 'late' | 'after-power-cut';

/** What the cashier is told of a queried order. */
export type SpokenOrderState = 'paid' | 'partly-refunded' | 'fully-refunded' | 'unpaid' | 'closed' | 'unresolved';

/** What the terminal waits for, or refuses, said aloud for who cannot read the screen. */
export type SpokenStep =
  | 'amount'
  | 'paying'
  | 'same-amount'
  | 'scan-slip'
  | 'refund-amount'
  | 'refund-pin'
  | 'refund-code'
  | 'refunding'
  | 'amount-zero'
  | 'amount-over-maximum'
  | 'over-refundable'
  | 'not-refundable'
  | 'no-network'
  | 'refused';

/** `refused`: a verified final refusal. `not-sent`: no request byte ever left the terminal. */
export type PaymentFailure = 'refused' | 'not-sent';

/** Every sentence that the terminal speaks, as text and clips (M4: none claims failure while an order may be charged). */
export interface Voice {
  /** `paidAtMs` (epoch ms) is spoken only for a late verdict. */
  paid(platform: Platform, amountFen: Fen, when?: Told, paidAtMs?: number | null): Sentence;
  /** A payment of earlier that turned out, for certain, not to be charged. */
  notPaid(amountFen: Fen, when: Exclude<Told, 'now'>): Sentence;
  /** With its amount: a queue of results may speak it when the next sale is already on the screen. */
  failed(reason: PaymentFailure, amountFen: Fen): Sentence;
  unresolved(): Sentence;
  password(): Sentence;
  presentCode(amountFen: Fen): Sentence;
  refreshCode(): Sentence;
  refundAccepted(platform: Platform, amountFen: Fen): Sentence;
  refunded(platform: Platform, amountFen: Fen): Sentence;
  refundFailed(platform: Platform, amountFen: Fen): Sentence;
  refundUnknown(platform: Platform, amountFen: Fen): Sentence;
  refundManual(platform: Platform, amountFen: Fen): Sentence;
  /** `refundedFen` is spoken for a partly refunded order. */
  orderState(order: {
    readonly state: SpokenOrderState;
    readonly platform: Platform;
    readonly amountFen: Fen;
    readonly refundedFen?: Fen | null;
  }): Sentence;
  orderNotFound(): Sentence;
  configuring(): Sentence;
  configured(): Sentence;
  /** `keepsOld`: the earlier configuration goes on working. */
  configurationFailed(keepsOld: boolean): Sentence;
  unbound(): Sentence;
  /** Every domain of a finished check, in the order of the list. */
  domains(alive: readonly boolean[]): Sentence;
  wifiJoining(): Sentence;
  wifiJoined(): Sentence;
  wifiFailed(): Sentence;
  /** Of the id its digits are spoken. */
  staffSet(id: string): Sentence;
  /** Every step is spoken from now on, or no longer. */
  guidance(on: boolean): Sentence;
  /** One step of the spoken flow; `amountFen` where the step is about an amount. */
  step(step: SpokenStep, amountFen?: Fen | null): Sentence;
  clockWrong(): Sentence;
  storageAlarm(): Sentence;
  printerOutOfPaper(): Sentence;
  printerFault(): Sentence;
  upgradeStarted(): Sentence;
  upgradeDone(): Sentence;
  upgradeFailed(): Sentence;
  upgradeNone(): Sentence;
  nothingToReplay(): Sentence;
  /** Spoken by the self-test, so that a person can tell whether it is heard. */
  speakerTest(): Sentence;
  /** Spoken before every sentence of a rehearsal. */
  rehearsal(): Sentence;
}

/** Clock time on the shop's wall. */
function timeClauses(atMs: number, locale: Locale, utcOffsetMinutes: number): Clause {
  const minuteOfDay = Math.floor(atMs / 60_000) + utcOffsetMinutes;
  const inDay = ((minuteOfDay % 1440) + 1440) % 1440;
  const hour = numberClips(Math.trunc(inDay / 60), locale);
  const minute = inDay % 60;
  if (minute === 0) return ['paid-at', ...hour, 'time-hour', 'time-sharp'];
  const zero: NumberClip[] = minute < 10 && locale === 'zh-CN' ? ['n-0'] : [];
  return ['paid-at', ...hour, 'time-hour', ...zero, ...numberClips(minute, locale), 'time-minute'];
}

type Say = (...clauses: Clause[]) => Sentence;
type Amount = (fen: Fen) => Clause;
type RefundVoice = Pick<Voice, 'refundAccepted' | 'refunded' | 'refundFailed' | 'refundUnknown' | 'refundManual'>;

function refundVoice(say: Say, amount: Amount): RefundVoice {
  return {
    refundAccepted: (platform, fen) => say([`${platform}-refund-accepted`], amount(fen)),
    refunded: (platform, fen) => say([`${platform}-refunded`], amount(fen)),
    refundFailed: (platform, fen) => say([`${platform}-refund-failed`], amount(fen)),
    refundUnknown: (platform, fen) =>
      say([`${platform}-refund-unknown`], amount(fen), ['query-order'], ['do-not-refund-again']),
    refundManual: (platform, fen) => say([`${platform}-refund-manual`], amount(fen), ['call-service']),
  };
}

type PaymentVoice = Pick<
  Voice,
  | 'paid'
  | 'notPaid'
  | 'failed'
  | 'unresolved'
  | 'password'
  | 'presentCode'
  | 'refreshCode'
  | 'orderState'
  | 'orderNotFound'
>;

function paymentVoice(say: Say, amount: Amount, time: (atMs: number) => Clause): PaymentVoice {
  return {
    paid: (platform, fen, when = 'now', paidAtMs = null) =>
      say(
        when === 'now' ? [] : [when],
        [`${platform}-paid`],
        amount(fen),
        when === 'now' || paidAtMs === null ? [] : time(paidAtMs),
      ),
    notPaid: (fen, when) => say([when], amount(fen), ['not-charged']),
    failed: (reason, fen) =>
      reason === 'refused'
        ? say(['payment-failed'], amount(fen), ['charge-again'])
        : say(['nothing-charged'], amount(fen), ['check-network']),
    unresolved: () => say(['unresolved'], ['query-order'], ['do-not-charge-again']),
    password: () => say(['password']),
    presentCode: (fen) => say(['present-code'], amount(fen)),
    refreshCode: () => say(['refresh-code']),
    orderState: ({ state, platform, amountFen, refundedFen = null }) =>
      say(
        [`${platform}-order`],
        amount(amountFen),
        [`state-${state}`],
        state === 'partly-refunded' && refundedFen !== null ? amount(refundedFen) : [],
      ),
    orderNotFound: () => say(['order-not-found']),
  };
}

/**
 * The voice of one language.
 * @param utcOffsetMinutes of the shop, for spoken times; China has one zone, UTC+8
 */
export function voiceFor(locale: Locale, utcOffsetMinutes = 480): Voice {
  const say: Say = (...clauses) => composeSentence(locale, clauses);
  const amount: Amount = (fen) => amountClips(fen, locale);
  return {
    ...paymentVoice(say, amount, (atMs) => timeClauses(atMs, locale, utcOffsetMinutes)),
    ...refundVoice(say, amount),
    configuring: () => say(['configuring']),
    configured: () => say(['configured']),
    configurationFailed: (keepsOld) =>
      say(['configuration-failed'], ['configuration-scan-again'], keepsOld ? ['configuration-kept'] : []),
    unbound: () => say(['unbound']),
    domains: (alive) =>
      alive.includes(true)
        ? say(
            ...alive.map((isAlive, at): Clause => [
              'domain-number',
              ...numberClips(at + 1, locale),
              isAlive ? 'domain-alive' : 'domain-dead',
            ]),
          )
        : say(['no-domain'], ['check-network']),
    wifiJoining: () => say(['wifi-joining']),
    wifiJoined: () => say(['wifi-joined']),
    wifiFailed: () => say(['wifi-failed']),
    staffSet: (id) => say(['staff-set', ...digitClips(id).slice(0, 32)]),
    guidance: (on) => say([on ? 'guidance-on' : 'guidance-off']),
    step: (step, fen = null) => say([`step-${step}`], fen === null ? [] : amount(fen)),
    clockWrong: () => say(['clock-wrong'], ['call-service']),
    storageAlarm: () => say(['storage-alarm'], ['stop-charging'], ['call-service']),
    printerOutOfPaper: () => say(['printer-out-of-paper'], ['load-paper']),
    printerFault: () => say(['printer-fault'], ['check-printer']),
    upgradeStarted: () => say(['upgrade-started'], ['keep-power']),
    upgradeDone: () => say(['upgrade-done']),
    upgradeFailed: () => say(['upgrade-failed'], ['upgrade-rolled-back']),
    upgradeNone: () => say(['upgrade-none']),
    nothingToReplay: () => say(['nothing-to-replay']),
    speakerTest: () => say(['speaker-test']),
    rehearsal: () => say(['rehearsal']),
  };
}
