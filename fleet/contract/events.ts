import * as v from 'valibot';
import { anyObject, epoch, instantMs, sequence, token, whole } from './bounded-fields.ts';

/** Events in one batch. */
export const BATCH_EVENTS_MAX = 200;

/**
 * Types of a place in the sequence that carries no fact, so that the sequence stays without a gap: `CARRIED` repeats an earlier one,
 * `DROPPED` was given up because too much was waiting (never money), `GONE` is no longer in the terminal's journal.
 */
export const FILLER_TYPES = ['CARRIED', 'DROPPED', 'GONE'] as const;

const eventSchema = v.looseObject({
  s: v.pipe(sequence, v.minValue(1)),
  t: instantMs('When it happened, by the terminal’s wall clock, epoch ms.'),
  type: v.pipe(
    token(
      48,
      'Type of the fact, as in the journal: `ORDER_INTENT`, `ORDER_RESULT`, …, or a filler. Open: new ones come.',
    ),
  ),
  d: v.optional(anyObject(64, 'The fact’s fields, by the terminal’s allow-list. Amounts are in fen.')),
});

/** `up/ev`, QoS 1: a run of the journal, oldest first, `s` without a gap. Sent again until `dn/ack` names it. */
export const eventBatchSchema = v.looseObject({
  e: epoch,
  ev: v.pipe(v.array(eventSchema), v.minLength(1), v.maxLength(BATCH_EVENTS_MAX)),
});

/** `dn/ack`, QoS 1. Either everything up to `s` is committed (cumulative), or `from` and what follows is to be sent again. */
export const acknowledgementSchema = v.union([
  v.looseObject({ e: epoch, s: sequence, t: v.optional(instantMs('The service’s wall clock.')) }),
  v.looseObject({
    e: epoch,
    from: v.pipe(sequence, v.minValue(1)),
    t: v.optional(instantMs('The service’s wall clock.')),
  }),
]);

/** The fields of the facts that this version names. An event of another type, or with more fields, is kept as it is. */
const order = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.description('out_trade_no'));
const refund = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.description('out_refund_no'));
const platform = token(32, '`wechat` or `alipay`.');
const outcome = token(32, 'How it ended.');
const reason = v.pipe(v.string(), v.maxLength(512));
const staffId = v.nullable(v.pipe(v.string(), v.maxLength(128)));
const fen = whole('Fen.');

/**
 * What each type of event carries in `d`, for readers; amounts are fen, instants epoch ms. A newer terminal may add
 * fields and types.
 */
export const factSchemas = {
  ORDER_INTENT: v.looseObject({
    order,
    amountFen: fen,
    platform,
    staffId,
    windowEndsAtMs: instantMs('End of the window.'),
  }),
  ORDER_RESULT: v.looseObject({
    order,
    outcome,
    reason,
    paidAtMs: v.nullable(instantMs('When it was paid.')),
    late: v.boolean(),
  }),
  REFUND_INTENT: v.looseObject({ refund, order, orderFen: fen, refundFen: fen, platform, staffId }),
  REFUND_RESULT: v.looseObject({ refund, order, outcome, reason }),
  TOLD: v.looseObject({
    channel: token(16, '`voice` or `slip`.'),
    order: v.nullable(order),
    refund: v.nullable(refund),
  }),
  COUNTER_BLOCK: v.looseObject({ until: whole('Numbers below may have been used.') }),
  CONFIGURED: v.looseObject({ outShopId: v.string(), deviceId: v.string(), orderPrefix: v.string() }),
  BOOT: v.looseObject({ boot: whole('Boot counter.'), version: v.pipe(v.string(), v.maxLength(64)) }),
  STOPPED: v.looseObject({}),
  CRASHED: v.looseObject({}),
  UPGRADE: v.looseObject({
    step: token(32, '`offered`, `refused`, `staged`, `switching`, `trial`, `confirmed`, `rolled-back`, `failed`.'),
    version: v.pipe(v.string(), v.maxLength(64)),
    reason: v.nullish(token(32, 'Code of why, e.g. `signature`, `gateway`, `did-not-start`.')),
    why: v.pipe(v.string(), v.maxLength(200)),
  }),
  ORDER_SEEN: v.looseObject({
    order,
    amountFen: fen,
    platform,
    state: token(32, 'State at the gateway.'),
    refundedFen: v.nullable(fen),
  }),
  SHIFT_CLOSED: v.looseObject({
    shift: whole('Number of the shift.'),
    staffId,
    unresolvedCount: whole('Payments unresolved at the hand-over.'),
    unresolvedFen: fen,
  }),
} as const;

/** One fact of a terminal's journal on its way to the service. */
export type FleetEvent = v.InferOutput<typeof eventSchema>;

/** A run of the journal as it goes up (`up/ev`). */
export type EventBatch = v.InferOutput<typeof eventBatchSchema>;

/** What the service says is committed, or is to be sent again (`dn/ack`). */
export type Acknowledgement = v.InferOutput<typeof acknowledgementSchema>;
