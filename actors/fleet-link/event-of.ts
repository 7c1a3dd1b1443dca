import type { JournalFact } from '../../domain/journal-record.ts';
import type { FleetEvent } from '../../fleet/contract/events.ts';

/** How dear an event is: when too much waits, `debug` is given up first, then `info`; money never. */
export type EventWeight = 'money' | 'info' | 'debug';

type Allowed = { readonly [Type in JournalFact['type']]: readonly (keyof Extract<JournalFact, { type: Type }>)[] };

/**
 * The fields of each fact that may leave the terminal. What is not named here stays: the hash of a customer's code, the wallet's
 * transaction number, the id of the configuration.
 */
const FIELDS: Allowed = {
  ORDER_INTENT: ['order', 'amountFen', 'platform', 'staffId', 'windowEndsAtMs'],
  ORDER_RESULT: ['order', 'outcome', 'reason', 'paidAtMs', 'late'],
  REFUND_INTENT: ['refund', 'order', 'orderFen', 'refundFen', 'platform', 'staffId'],
  REFUND_RESULT: ['refund', 'order', 'outcome', 'reason'],
  TOLD: ['channel', 'order', 'refund'],
  COUNTER_BLOCK: ['until'],
  CONFIGURED: ['outShopId', 'deviceId', 'orderPrefix'],
  BOOT: ['boot', 'version'],
  STOPPED: [],
  CRASHED: [],
  ORDER_SEEN: ['order', 'amountFen', 'platform', 'state', 'refundedFen'],
  SHIFT_CLOSED: ['shift', 'staffId', 'unresolvedCount', 'unresolvedFen'],
  FLEET_EPOCH: [],
  UPGRADE: ['step', 'version', 'reason', 'why'],
};

const WEIGHTS: Readonly<Record<JournalFact['type'], EventWeight>> = {
  ORDER_INTENT: 'money',
  ORDER_RESULT: 'money',
  REFUND_INTENT: 'money',
  REFUND_RESULT: 'money',
  SHIFT_CLOSED: 'money',
  CONFIGURED: 'money',
  ORDER_SEEN: 'info',
  TOLD: 'info',
  BOOT: 'info',
  STOPPED: 'info',
  CRASHED: 'info',
  COUNTER_BLOCK: 'debug',
  UPGRADE: 'info',
  FLEET_EPOCH: 'debug',
};

const REASON_CHARACTERS_MAX = 512;

/** A fact of a newer release could be about money: it is never given up. */
export function weightOf(type: string): EventWeight {
  return Object.hasOwn(WEIGHTS, type) ? WEIGHTS[type as JournalFact['type']] : 'money';
}

/** A place in the sequence without a fact. */
export function filler(type: 'CARRIED' | 'DROPPED' | 'GONE', seq: number, at: number): FleetEvent {
  return { s: seq, t: instantOf(at), type };
}

/** A fact as the fleet sees it. One that this release does not know goes without its fields. */
export function eventOf(fact: { readonly type: string; readonly seq: number; readonly at: number }): FleetEvent {
  const { type, seq, at } = fact;
  const place = { s: seq, t: instantOf(at), type: /^[A-Za-z0-9_.:+/-]{1,48}$/.test(type) ? type : 'UNREADABLE' };
  if (!Object.hasOwn(FIELDS, type)) return place;
  const keys: readonly string[] = FIELDS[type as JournalFact['type']];
  const fields = fact as unknown as Readonly<Record<string, unknown>>;
  return { ...place, d: Object.fromEntries(keys.map((key) => [key, bounded(fields[key])])) };
}

/** The journal's entry as a snapshot shows it. */
export function entryForSupport(entry: { readonly type: string; readonly seq: number; readonly at: number }) {
  const { s, t, type, d } = eventOf(entry);
  return { s, t, type, d: d ?? {} };
}

/** Facts may hold what no store keeps as it is: a zero character in a gateway's words, half of a surrogate pair. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string')
    return value.toWellFormed().replaceAll('\0', '').slice(0, REASON_CHARACTERS_MAX).toWellFormed();
  return value ?? null;
}

/** A clock before 1970 (no battery, a wrong date) is told as 1970. */
function instantOf(at: number): number {
  return Math.max(0, Math.floor(at));
}
