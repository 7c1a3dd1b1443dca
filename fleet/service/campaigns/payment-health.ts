import type { CampaignLimits } from './campaign-plan.ts';

/** Payments of one terminal over a time. Durations as the sum of their logarithms: one customer who looks for a password counts as one. */
export interface PaymentFigures {
  /** Payments whose end is known, or whose window is over. */
  readonly payments: number;
  readonly paid: number;
  /** No result within the window, or one that came late. */
  readonly unknown: number;
  /** Payments with a known duration: what `lnMs` is the sum of. */
  readonly timed: number;
  /** Sum of ln(ms) from intent to result. */
  readonly lnMs: number;
}

/** A terminal at which nobody paid. */
export const NO_PAYMENTS: PaymentFigures = { payments: 0, paid: 0, unknown: 0, timed: 0, lnMs: 0 };

/** A terminal under the release, beside itself before it. */
export interface HealthSample {
  readonly baseline: PaymentFigures;
  readonly since: PaymentFigures;
}

/** How payments go under the release, beside what the same terminals did before it. */
export interface HealthVerdict {
  readonly payments: number;
  /** Observed and expected approval rate, %; null without payments. */
  readonly approval: Comparison | null;
  /** Observed and expected share without a result in time, %; null without payments. */
  readonly unknown: Comparison | null;
  /** Median-like (geometric mean) time to result, ms. */
  readonly resultMs: Comparison | null;
  /** Which threshold was passed, in words; null: none, or too few payments to say. */
  readonly breach: string | null;
}

/** What was seen beside what was to be expected; both in the unit of the measure. */
export interface Comparison {
  readonly observed: number;
  /** What the same terminals did before. */
  readonly expected: number;
}

/** A terminal with fewer payments of its own is compared with all of them. */
const OWN_PAYMENTS_MIN = 5;
/** Chance alone explains less than this many standard errors. */
const STANDARD_ERRORS = 2;

/** Each terminal against its own baseline, summed over the terminals. */
export function judgeHealth(samples: readonly HealthSample[], limits: CampaignLimits): HealthVerdict {
  const pooled = samples.reduce((sum, { baseline }) => plus(sum, baseline), NO_PAYMENTS);
  const observed = samples.reduce((sum, { since }) => plus(sum, since), NO_PAYMENTS);
  let expected = NO_PAYMENTS;
  for (const { baseline, since } of samples) {
    const own = baseline.payments >= OWN_PAYMENTS_MIN ? baseline : pooled;
    const ownTimes = baseline.timed >= OWN_PAYMENTS_MIN ? baseline : pooled;
    expected = plus(expected, {
      payments: own.payments === 0 ? 0 : since.payments,
      paid: since.payments * ratio(own.paid, own.payments),
      unknown: since.payments * ratio(own.unknown, own.payments),
      timed: ownTimes.timed === 0 ? 0 : since.timed,
      lnMs: since.timed * ratio(ownTimes.lnMs, ownTimes.timed),
    });
  }
  const approval = rates(observed.paid, expected.paid, expected.payments, observed.payments);
  const unknown = rates(observed.unknown, expected.unknown, expected.payments, observed.payments);
  const resultMs = expected.timed === 0 || observed.timed === 0 ? null : times(observed, expected);
  const verdict = { payments: observed.payments, approval, unknown, resultMs };
  return { ...verdict, breach: breachOf(verdict, limits, expected.payments) };
}

function breachOf(
  { payments, approval, unknown, resultMs }: Omit<HealthVerdict, 'breach'>,
  limits: CampaignLimits,
  compared: number,
): string | null {
  if (compared === 0 || payments < Math.max(1, limits.paymentsMin)) return null;
  const isReal = ({ observed, expected }: Comparison): boolean => {
    // As if one more payment of each kind had been seen: a baseline without any refusal is not a certainty.
    const p = ((expected / 100) * compared + 1) / (compared + 2);
    return Math.abs(observed - expected) / 100 > STANDARD_ERRORS * Math.sqrt((p * (1 - p)) / compared);
  };
  const words = ({ observed, expected }: Comparison): string =>
    `${observed.toFixed(1)} % instead of ${expected.toFixed(1)} % in ${payments} payments`;
  if (approval !== null && approval.expected - approval.observed > limits.approvalDropPoints && isReal(approval)) {
    return `fewer payments are approved: ${words(approval)}`;
  }
  if (unknown !== null && unknown.observed - unknown.expected > limits.unknownRisePoints && isReal(unknown)) {
    return `more payments end unknown: ${words(unknown)}`;
  }
  if (resultMs !== null && resultMs.observed > resultMs.expected * limits.slowerFactor) {
    const factor = (resultMs.observed / resultMs.expected).toFixed(1);
    const [now, before] = [Math.round(resultMs.observed), Math.round(resultMs.expected)];
    return `payments take ${factor} times as long: ${now} ms instead of ${before} ms to the result, in ${payments} payments`;
  }
  return null;
}

function plus(one: PaymentFigures, other: PaymentFigures): PaymentFigures {
  return {
    payments: one.payments + other.payments,
    paid: one.paid + other.paid,
    unknown: one.unknown + other.unknown,
    timed: one.timed + other.timed,
    lnMs: one.lnMs + other.lnMs,
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function rates(observed: number, expected: number, compared: number, payments: number): Comparison | null {
  if (compared === 0 || payments === 0) return null;
  return { observed: (observed / payments) * 100, expected: (expected / compared) * 100 };
}

function times(observed: PaymentFigures, expected: PaymentFigures): Comparison {
  return { observed: Math.exp(observed.lnMs / observed.timed), expected: Math.exp(expected.lnMs / expected.timed) };
}
