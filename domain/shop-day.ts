import type { Span } from './payment-gateway.ts';

/** The spans that a summary may be of. */
export const SUMMARY_SPANS = ['today', 'yesterday', 'week'] as const;

/** A span of whole days that a summary may be of. */
export type SummarySpan = (typeof SUMMARY_SPANS)[number];

const DAY_MS = 86_400_000;

/**
 * Midnight to midnight on the shop's wall; the week is the last seven days, today included.
 * @param nowMs epoch ms
 * @param utcOffsetMinutes of the shop; 480 in China, which has no summer time
 */
export function shopSpan(span: SummarySpan, nowMs: number, utcOffsetMinutes: number): Span {
  const offsetMs = utcOffsetMinutes * 60_000;
  const todayMs = Math.floor((nowMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  switch (span) {
    case 'today':
      return { fromMs: todayMs, toMs: todayMs + DAY_MS - 1 };
    case 'yesterday':
      return { fromMs: todayMs - DAY_MS, toMs: todayMs - 1 };
    case 'week':
      return { fromMs: todayMs - 6 * DAY_MS, toMs: todayMs + DAY_MS - 1 };
  }
}
