import * as v from 'valibot';
import { boot, epoch, measure, percent, sentAt, text, token, whole } from './bounded-fields.ts';

/** Upper bounds of the latency buckets, ms; one more bucket takes what is longer. Part of the contract: histograms add up. */
export const LATENCY_BOUNDS_MS = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 120_000] as const;

const DAY_MS = 86_400_000;

/** One phase of a payment: how often, how long in all, and how many fell into each bucket since the process started. */
const phaseSchema = v.looseObject({
  n: whole('How many.'),
  sum: whole('Sum of the durations, ms.'),
  le: v.pipe(
    v.array(whole('Count of one bucket.')),
    v.length(LATENCY_BOUNDS_MS.length + 1),
    v.description('Count of each bucket (not cumulative); bounds in LATENCY_BOUNDS_MS, the last is without bound.'),
  ),
});

const domainHealthSchema = v.looseObject({
  d: text(253, 'Domain, as host or host:port.'),
  up: v.pipe(v.boolean(), v.description('The last attempt was answered.')),
  ms: v.pipe(v.nullable(measure('Latency of the last answer, ms.', 0, DAY_MS))),
  sel: v.optional(v.pipe(v.boolean(), v.description('The domain of choice.'))),
});

/** `up/tm`, QoS 0: a picture of the terminal. The newest wins; one that cannot be sent is dropped, never queued. */
export const telemetrySchema = v.looseObject({
  e: epoch,
  b: boot,
  s: whole('Counts up with every telemetry of this process; for order only.'),
  t: sentAt,
  up: whole('Time since the process started, ms.'),
  mem: v.optional(v.looseObject({ rss: whole('Resident memory, bytes.'), heap: whole('Heap in use, bytes.') })),
  lag: v.optional(
    v.looseObject({
      p50: measure('Median delay of the event loop, ms.', 0, DAY_MS),
      p99: measure('99th percentile, ms.', 0, DAY_MS),
      max: measure('Longest, ms.', 0, DAY_MS),
    }),
  ),
  temp: v.optional(measure('Temperature, °C.', -100, 200)),
  sig: v.optional(percent('Radio signal, %.')),
  cfgd: v.optional(v.pipe(v.boolean(), v.description('The terminal is configured for a shop.'))),
  prn: v.optional(token(32, 'Printer: `ok`, `out-of-paper`, `unplugged`, ….')),
  sto: v.optional(token(32, 'Storage: `ok` or `failed`.')),
  dom: v.optional(v.pipe(v.array(domainHealthSchema), v.maxLength(16), v.description('Health of each domain.'))),
  ph: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)), phaseSchema),
      v.maxEntries(16),
      v.description(
        'Histogram of each phase: `intent`, `pay`, `query`, `result`, `voice`, `slip`, and `other-call` for every other call to the gateway. Counts start at 0 with the process.',
      ),
    ),
  ),
  cnt: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}[.][a-z][a-z0-9-]{0,31}$/)), whole('How many.')),
      v.maxEntries(64),
      v.description('Counts of `platform.outcome` since the process started, e.g. `wechat.paid`, `alipay.unknown`.'),
    ),
  ),
  open: v.optional(
    v.looseObject({ orders: whole('Payments unresolved.'), refunds: whole('Refunds unknown or tracked.') }),
  ),
  box: v.optional(
    v.looseObject({
      events: whole('Events not acknowledged yet.'),
      dropped: whole('Telemetries and minor events that were dropped since the process started.'),
    }),
  ),
});

/** A picture of the terminal as it goes up (`up/tm`). */
export type Telemetry = v.InferOutput<typeof telemetrySchema>;

/** How long one phase of payments took since the process started; the buckets are LATENCY_BOUNDS_MS. */
export type PhaseHistogram = v.InferOutput<typeof phaseSchema>;
