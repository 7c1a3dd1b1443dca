import * as v from 'valibot';

/** The database's channel on which services tell each other that something changed. */
export const LIVE_CHANNEL = 'till_fleet';
/** PostgreSQL refuses a payload of 8,000 bytes. */
const PAYLOAD_BYTES_MAX = 7_000;

const stepSchema = v.object({ tid: v.string(), id: v.string(), n: v.number() });
const endSchema = v.object({ tid: v.string(), id: v.string(), why: v.nullable(v.string()) });
const noticeSchema = v.object({
  w: v.string(),
  t: v.optional(v.array(v.string()), []),
  c: v.optional(v.array(stepSchema), []),
  s: v.optional(v.array(endSchema), []),
  a: v.optional(v.literal(true)),
});

/** What changed, for those who look: whom to read again. */
export interface LiveChange {
  readonly worker: string;
  readonly tids: readonly string[];
  readonly steps: readonly { readonly tid: string; readonly id: string; readonly n: number }[];
  readonly snapshots: readonly { readonly tid: string; readonly id: string; readonly why: string | null }[];
  /** Alerts were raised, cleared or acknowledged. */
  readonly alerts?: true;
}

/** The change as payloads that the database takes. */
export function liveNotices({ worker, tids, steps, snapshots, alerts }: LiveChange): string[] {
  const notices: string[] = [];
  for (const group of groups(tids)) notices.push(JSON.stringify({ w: worker, t: group }));
  for (const group of groups(steps)) notices.push(JSON.stringify({ w: worker, c: group }));
  const ends = snapshots.map(({ tid, id, why }) => ({ tid, id, why: why === null ? null : why.slice(0, 200) }));
  for (const group of groups(ends)) notices.push(JSON.stringify({ w: worker, s: group }));
  if (alerts === true) notices.push(JSON.stringify({ w: worker, a: true }));
  return notices;
}

/** Null for what another version may send. */
export function readLiveNotice(payload: string): LiveChange | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return null;
  }
  const read = v.safeParse(noticeSchema, value);
  if (!read.success) return null;
  const { w, t, c, s, a } = read.output;
  return { worker: w, tids: t, steps: c, snapshots: s, ...(a === true && { alerts: a }) };
}

function groups<Item>(items: readonly Item[]): Item[][] {
  const found: Item[][] = [];
  let bytes = PAYLOAD_BYTES_MAX;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes + more > PAYLOAD_BYTES_MAX) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)?.push(item);
    bytes += more;
  }
  return found;
}
