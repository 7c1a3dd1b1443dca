import * as v from 'valibot';
import { telemetrySchema } from '../../contract/telemetry.ts';

const instant = v.nullable(v.number());
const name = v.nullable(v.string());
const counted = v.object({ name, count: v.number() });

/** `GET /summary`. */
export const summarySchema = v.object({
  ...{ terminals: v.number(), online: v.number(), offline: v.number(), openOrders: v.number() },
  ranks: v.tuple([v.number(), v.number(), v.number()]),
  alerts: v.record(v.string(), v.number()),
  ...{ versions: v.array(counted), models: v.array(counted), printers: v.array(counted) },
  configuration: v.object({ applied: v.number(), pending: v.number(), failed: v.number() }),
});

/** The fleet at a glance. */
export type Summary = v.InferOutput<typeof summarySchema>;

/** `GET /map`. */
export const fleetMapSchema = v.object({
  groups: v.array(
    v.object({
      ...{ name, total: v.number(), fine: v.number(), warned: v.number(), grave: v.number(), offline: v.number() },
    }),
  ),
  tiles: v.nullable(v.array(v.object({ tid: v.string(), group: name, state: v.string() }))),
});

/** The fleet's health in groups. */
export type FleetMap = v.InferOutput<typeof fleetMapSchema>;

/** A line of `GET /terminals`. */
export const terminalLineSchema = v.object({
  ...{ tid: v.string(), label: v.string(), sn: name, hw: name, sw: name, slot: name },
  ...{ online: v.boolean(), onlineChangedMs: instant, offlineWhy: name, birthMs: instant, seenMs: instant },
  ...{ telemetryMs: instant, printer: name, storage: name, configured: v.nullable(v.boolean()), alertRank: v.number() },
  ...{ desiredVer: v.number(), reportedVer: v.number(), reportedOk: v.nullable(v.boolean()) },
  ...{ clockOffMs: instant, domains: instant, domainsUp: instant, openOrders: instant },
});

/** A terminal as the list shows it. */
export type TerminalLine = v.InferOutput<typeof terminalLineSchema>;

/** `GET /terminals`. */
export const terminalPageSchema = v.object({
  terminals: v.array(terminalLineSchema),
  next: v.nullable(v.string()),
  count: v.nullable(v.number()),
});

/** An alert as a terminal's page and the list of alerts tell it. */
export const alertSchema = v.object({
  ...{ id: v.number(), kind: v.string(), rank: v.number(), sinceMs: v.number() },
  detail: v.record(v.string(), v.unknown()),
  ...{ ackedBy: name, ackedMs: instant },
});

/** `GET /terminals/{tid}`. */
export const terminalSchema = v.object({
  ...{ tid: v.string(), label: v.string(), sn: name, hw: name, sw: name, slot: name, job: name },
  ...{ firstSeenMs: v.number(), epoch: name, boot: v.nullable(v.number()), birthMs: instant },
  presence: v.object({ online: v.boolean(), changedMs: instant, why: name, seenMs: instant, leaseMs: instant }),
  configured: v.nullable(v.boolean()),
  telemetry: v.nullable(v.object({ receivedMs: instant, clockOffMs: instant, document: telemetrySchema })),
  rate: v.object({ sinceMs: instant, payments: v.number(), unknown: v.number() }),
  configuration: v.object({
    desired: v.nullable(v.object({ ver: v.number(), doc: v.unknown(), hash: name })),
    reported: v.nullable(
      v.object({ ver: v.number(), ok: v.nullable(v.boolean()), err: name, hash: name, ms: instant }),
    ),
  }),
  streams: v.array(
    v.object({ epoch: v.string(), acked: v.number(), stored: v.number(), gap: v.boolean(), changedMs: v.number() }),
  ),
  alerts: v.array(alertSchema),
});

/** A terminal as its own page shows it. */
export type Terminal = v.InferOutput<typeof terminalSchema>;

/** `GET /terminals/{tid}/events`. */
export const eventPageSchema = v.object({
  epoch: name,
  events: v.array(
    v.object({
      ...{ s: v.number(), t: v.number(), type: v.string(), receivedMs: v.number() },
      d: v.nullable(v.record(v.string(), v.unknown())),
    }),
  ),
  next: v.nullable(v.string()),
});

/** A fact of a terminal's journal. */
export type JournalEvent = v.InferOutput<typeof eventPageSchema>['events'][number];

/** `GET /terminals/{tid}/history`. */
export const historySchema = v.object({
  ...{ fromMs: v.number(), toMs: v.number() },
  points: v.array(
    v.object({
      atMs: v.number(),
      ...{ rss: instant, lagP99: instant, signal: instant, domainMs: instant, openOrders: instant },
      ...{ payments: instant, unknown: instant },
    }),
  ),
});

/** What a terminal's charts are drawn from. */
export type TerminalHistory = v.InferOutput<typeof historySchema>;
