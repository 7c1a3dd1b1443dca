import * as v from 'valibot';
import type { JournalEntry, JournalFact, UnknownEntry } from '../../domain/journal-record.ts';

/** Version of the payloads below. A change that an older release could misread raises it and adds an upcaster to `decodePayload`. */
export const SCHEMA_VERSION = 1;

const text = v.pipe(v.string(), v.maxLength(4096));
const number = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const fen = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instantMs = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const platform = v.picklist(['wechat', 'alipay']);

// Loose: a key that a newer release added must survive being carried over by this one.
const FACTS = {
  ORDER_INTENT: v.looseObject({
    type: v.literal('ORDER_INTENT'),
    order: number,
    amountFen: fen,
    platform,
    codeHash: text,
    configuration: text,
    staffId: v.nullable(text),
    windowEndsAtMs: instantMs,
  }),
  ORDER_RESULT: v.looseObject({
    type: v.literal('ORDER_RESULT'),
    order: number,
    outcome: v.picklist(['paid', 'failed', 'not-sent', 'denied']),
    reason: text,
    transactionId: v.nullable(text),
    paidAtMs: v.nullable(instantMs),
    late: v.boolean(),
  }),
  REFUND_INTENT: v.looseObject({
    type: v.literal('REFUND_INTENT'),
    refund: number,
    order: number,
    orderFen: fen,
    refundFen: fen,
    platform,
    configuration: text,
    staffId: v.nullable(text),
    authorisedBy: v.optional(v.nullable(v.picklist(['pin', 'manager']))),
  }),
  REFUND_RESULT: v.looseObject({
    type: v.literal('REFUND_RESULT'),
    refund: number,
    order: number,
    outcome: v.picklist(['accepted', 'refunded', 'failed', 'manual', 'rejected', 'not-sent']),
    reason: text,
  }),
  TOLD: v.looseObject({
    type: v.literal('TOLD'),
    job: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
    channel: v.picklist(['voice', 'slip']),
    order: v.nullable(number),
    refund: v.nullable(number),
    dropped: v.optional(v.boolean()),
  }),
  COUNTER_BLOCK: v.looseObject({ type: v.literal('COUNTER_BLOCK'), until: count }),
  CONFIGURED: v.looseObject({
    type: v.literal('CONFIGURED'),
    configuration: text,
    outShopId: text,
    deviceId: text,
    orderPrefix: text,
  }),
  BOOT: v.looseObject({ type: v.literal('BOOT'), boot: count, version: text }),
  STOPPED: v.looseObject({ type: v.literal('STOPPED') }),
  CRASHED: v.looseObject({ type: v.literal('CRASHED'), reason: v.pipe(v.string(), v.maxLength(200)) }),
  ORDER_SEEN: v.looseObject({
    type: v.literal('ORDER_SEEN'),
    order: number,
    amountFen: fen,
    platform,
    state: v.picklist(['processing', 'waiting-for-customer', 'paid', 'refunded', 'finished', 'closed']),
    refundedFen: v.nullable(fen),
  }),
  SHIFT_CLOSED: v.looseObject({
    type: v.literal('SHIFT_CLOSED'),
    shift: count,
    staffId: v.nullable(text),
    unresolvedCount: count,
    unresolvedFen: fen,
  }),
  UPGRADE: v.looseObject({
    type: v.literal('UPGRADE'),
    step: v.pipe(v.string(), v.maxLength(32)),
    version: v.pipe(v.string(), v.maxLength(64)),
    reason: v.exactOptional(v.pipe(v.string(), v.maxLength(32))),
    why: v.pipe(v.string(), v.maxLength(200)),
  }),
  FLEET_EPOCH: v.looseObject({
    type: v.literal('FLEET_EPOCH'),
    epoch: v.pipe(v.string(), v.regex(/^[0-9a-z]{1,32}$/)),
  }),
} satisfies { [Type in JournalFact['type']]: v.GenericSchema<unknown, Extract<JournalFact, { type: Type }>> };

/** What stands in a record's payload: a fact, of whatever release wrote it. */
export type RecordedFact = JournalFact | { readonly type: string };

/**
 * Checks a fact before it is written: a record that could not be read back would stop the next start.
 * @throws TypeError naming the keys that are wrong (a bug of the caller)
 */
export function checkFact(fact: JournalFact): void {
  const result = v.safeParse(FACTS[fact.type], fact);
  if (result.success) return;
  throw new TypeError(`the fact ${fact.type} cannot be recorded: ${problemsOf(result.issues)}`);
}

/**
 * A payload as an entry. Types that this release does not know, and known ones of a newer schema that no longer fit, come back
 * as unknown entries: kept and skipped.
 * @throws TypeError when a payload of this schema version, or an older one, does not fit it
 */
export function decodePayload(
  payload: unknown,
  place: { seq: number; at: number; version: number },
): JournalEntry | UnknownEntry {
  const { seq, at, version } = place;
  const type = typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : undefined;
  if (typeof type !== 'string') throw new TypeError(`record ${seq} has no type`);
  if (isKnownType(type)) {
    const result = v.safeParse(FACTS[type], payload);
    if (result.success) return { ...(payload as JournalFact), seq, at };
    if (version <= SCHEMA_VERSION)
      throw new TypeError(`record ${seq} (${type}) does not fit: ${problemsOf(result.issues)}`);
  }
  return { type, seq, at, unknown: true };
}

/** Narrows to the entries that this release understands. */
export function isKnownEntry(entry: JournalEntry | UnknownEntry): entry is JournalEntry {
  return !('unknown' in entry);
}

function isKnownType(type: string): type is JournalFact['type'] {
  return Object.hasOwn(FACTS, type);
}

function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .map((issue) => `${v.getDotPath(issue) ?? 'the whole'}: expected ${issue.expected ?? issue.type}`)
    .join('; ');
}
