import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveChange } from '../state/live-notice.ts';
import { commandReports } from '../state/commands.ts';
import type { ApiParts } from './route.ts';

/** Keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** One terminal's page is told at once; the whole fleet in gatherings of this length. */
const GATHER_MS = 250;
/** Changed terminals named in one event; beyond it the reader is told to look at the whole again. */
const NAMED_MAX = 500;

interface Pending {
  readonly tids: Set<string>;
  steps: LiveChange['steps'][number][];
  snapshots: LiveChange['snapshots'][number][];
  alerts: boolean;
}

const nothing = (): Pending => ({ tids: new Set(), steps: [], snapshots: [], alerts: false });

/**
 * Server-sent events: `terminals {tids, all}` (read them again), `report` (a command's report, transitions included), `snapshot`
 * and `alerts`. With `?tid=` only about that terminal, without delay. A reader that is slow gets fewer, larger events.
 */
export function liveStream(context: Context, { store, clock, hub, metrics }: ApiParts): Response {
  const only = context.req.query('tid') ?? null;
  return streamSSE(context, async (stream) => {
    let pending = nothing();
    let wake: () => void = () => undefined;
    const stop = hub.listen((change) => {
      if (gather(pending, change, only)) wake();
    });
    stream.onAbort(() => wake());
    metrics.watchers.inc();
    try {
      await stream.writeSSE({ event: 'hello', data: JSON.stringify({ t: clock.wallMs() }) });
      while (!stream.aborted) {
        if (isEmpty(pending)) {
          await new Promise<void>((resolve) => {
            const timer = clock.setTimeout(() => resolve(), HEARTBEAT_MS);
            wake = () => {
              clock.clearTimeout(timer);
              resolve();
            };
          });
        }
        if (stream.aborted) break;
        if (isEmpty(pending)) {
          await stream.writeSSE({ event: 'beat', data: '{}' });
          continue;
        }
        const told = pending;
        pending = nothing();
        for (const event of await eventsOf(told)) await stream.writeSSE(event);
        if (only === null) await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), GATHER_MS));
      }
    } finally {
      stop();
      metrics.watchers.dec();
    }
  });

  async function eventsOf({ tids, steps, snapshots, alerts }: Pending): Promise<{ event: string; data: string }[]> {
    const events: { event: string; data: string }[] = [];
    if (tids.size > 0) {
      const all = tids.size > NAMED_MAX;
      events.push({ event: 'terminals', data: JSON.stringify({ tids: all ? [] : [...tids], all }) });
    }
    if (steps.length > 0) {
      const reports = await commandReports(store.db, steps);
      for (const report of reports) events.push({ event: 'report', data: JSON.stringify(report) });
    }
    for (const snapshot of snapshots) events.push({ event: 'snapshot', data: JSON.stringify(snapshot) });
    if (alerts) events.push({ event: 'alerts', data: '{}' });
    return events;
  }
}

function isEmpty({ tids, steps, snapshots, alerts }: Pending): boolean {
  return tids.size === 0 && steps.length === 0 && snapshots.length === 0 && !alerts;
}

/** Whether anything of it is for this reader. */
function gather(pending: Pending, change: LiveChange, only: string | null): boolean {
  const mine = (tid: string): boolean => only === null || tid === only;
  for (const tid of change.tids) if (mine(tid) && pending.tids.size <= NAMED_MAX) pending.tids.add(tid);
  // Transitions are for the page of one terminal; the fleet's page would drown in them.
  if (only !== null) pending.steps.push(...change.steps.filter(({ tid }) => mine(tid)));
  pending.snapshots.push(...change.snapshots.filter(({ tid }) => mine(tid)));
  if (change.alerts === true) pending.alerts = true;
  return !isEmpty(pending);
}
