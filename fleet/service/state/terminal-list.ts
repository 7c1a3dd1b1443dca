import { type ExpressionBuilder, type Expression, type SqlBool, sql } from 'kysely';
import * as v from 'valibot';
import type { FleetDb, FleetTables } from '../store/database.ts';
import { cursorOf, readCursor } from './cursor.ts';

const short = v.pipe(v.string(), v.maxLength(64));

/** Which terminals: for lists, counts and rollouts alike. */
export const terminalFilterSchema = v.strictObject({
  q: v.optional(v.pipe(v.string(), v.maxLength(64), v.description('Part of the id, serial number or label.'))),
  presence: v.optional(v.picklist(['online', 'offline'])),
  sw: v.optional(short),
  hw: v.optional(short),
  printer: v.optional(short),
  alert: v.optional(v.pipe(short, v.description('Kind of an open alert, or `any`.'))),
  configured: v.optional(v.picklist(['yes', 'no'])),
  configuration: v.optional(
    v.pipe(v.picklist(['applied', 'pending', 'failed']), v.description('How far the desired configuration is.')),
  ),
  tids: v.optional(v.pipe(v.array(short), v.maxLength(10_000), v.description('Exactly these.'))),
});

/** Which terminals are meant; what is absent does not narrow. */
export type TerminalFilter = v.InferOutput<typeof terminalFilterSchema>;

/** The orders of the list that an index brings. */
export const TERMINAL_SORTS = ['tid', 'alerts'] as const;

/** One of them. */
export type TerminalSort = (typeof TERMINAL_SORTS)[number];

/** Which stretch of the list a page wants. */
export interface TerminalPageRequest {
  readonly filter: TerminalFilter;
  readonly sort: TerminalSort;
  /** Null: from the start. */
  readonly after: string | null;
  readonly limit: number;
}

type Where = ExpressionBuilder<FleetTables, 'terminals'>;

/** The filter as a condition on `terminals`. */
export function filterCondition(filter: TerminalFilter): (builder: Where) => Expression<SqlBool> {
  return (builder) => {
    const parts: Expression<SqlBool>[] = [];
    const equals = (column: 'sw' | 'hw' | 'prn', value: string | undefined): void => {
      if (value !== undefined) parts.push(builder(`terminals.${column}`, '=', value));
    };
    equals('sw', filter.sw);
    equals('hw', filter.hw);
    equals('prn', filter.printer);
    if (filter.presence !== undefined) parts.push(builder('terminals.online', '=', filter.presence === 'online'));
    if (filter.configured === 'yes') parts.push(builder('terminals.cfgd', '=', true));
    if (filter.configured === 'no') parts.push(builder('terminals.cfgd', '=', false));
    if (filter.tids !== undefined) parts.push(sql<SqlBool>`terminals.tid = any(${filter.tids}::text[])`);
    const words = filter.q?.trim().toLowerCase() ?? '';
    if (words !== '') {
      const pattern = `%${words.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
      // The very expression of the index.
      parts.push(
        sql<SqlBool>`lower(terminals.tid || ' ' || coalesce(terminals.sn, '') || ' ' || terminals.label) like ${pattern}`,
      );
    }
    parts.push(...alertCondition(builder, filter.alert), ...configurationCondition(filter.configuration));
    return builder.and(parts);
  };
}

function alertCondition(builder: Where, alert: string | undefined): Expression<SqlBool>[] {
  if (alert === undefined) return [];
  if (alert === 'any') return [builder('terminals.alert_rank', '>', 0)];
  return [
    sql<SqlBool>`exists (select 1 from alerts a where a.tid = terminals.tid and a.kind = ${alert}
    and a.cleared_ms is null)`,
  ];
}

function configurationCondition(state: TerminalFilter['configuration']): Expression<SqlBool>[] {
  if (state === undefined) return [];
  const wished = sql`terminals.desired_ver > 0`;
  const told = sql`terminals.reported_ver >= terminals.desired_ver`;
  if (state === 'applied') return [sql<SqlBool>`${wished} and ${told} and terminals.reported_ok`];
  if (state === 'failed') return [sql<SqlBool>`${wished} and ${told} and not terminals.reported_ok`];
  return [sql<SqlBool>`${wished} and not (${told})`];
}

const COLUMNS = [
  ...['terminals.tid', 'label', 'sn', 'hw', 'sw', 'slot', 'online', 'online_changed_ms', 'offline_why'],
  ...['birth_ms', 'prn', 'sto', 'cfgd', 'alert_rank', 'desired_ver', 'reported_ver', 'reported_ok'],
  ...['seen_ms', 'tm_ms', 'clock_off_ms', 'domains', 'domains_up', 'open_orders'],
] as const;

/** A terminal as the list shows it. Instants are epoch ms; null where it never said. */
export interface TerminalLine {
  readonly tid: string;
  readonly label: string;
  readonly sn: string | null;
  readonly hw: string | null;
  readonly sw: string | null;
  readonly slot: string | null;
  readonly online: boolean;
  readonly onlineChangedMs: number | null;
  readonly offlineWhy: string | null;
  readonly birthMs: number | null;
  readonly seenMs: number | null;
  readonly telemetryMs: number | null;
  readonly printer: string | null;
  readonly storage: string | null;
  readonly configured: boolean | null;
  readonly alertRank: number;
  readonly desiredVer: number;
  readonly reportedVer: number;
  readonly reportedOk: boolean | null;
  readonly clockOffMs: number | null;
  readonly domains: number | null;
  readonly domainsUp: number | null;
  readonly openOrders: number | null;
}

/**
 * A page of the list: found through an index from the last line on, so that page 2,000 costs what page 1 costs.
 * @returns null for a cursor that is none
 */
export async function terminalPage(
  db: FleetDb,
  { filter, sort, after, limit }: TerminalPageRequest,
): Promise<{ terminals: TerminalLine[]; next: string | null } | null> {
  const place = after === null ? null : readCursor(after, sort === 'tid' ? 1 : 2);
  if (after !== null && place === null) return null;
  let query = db
    .selectFrom('terminals')
    .leftJoin('terminal_live', 'terminal_live.tid', 'terminals.tid')
    .select(COLUMNS)
    .where(filterCondition(filter))
    .limit(limit + 1);
  if (sort === 'alerts') query = query.orderBy('terminals.alert_rank', 'desc');
  query = query.orderBy('terminals.tid');
  if (place !== null && sort === 'tid') query = query.where('terminals.tid', '>', String(place[0]));
  if (place !== null && sort === 'alerts') {
    const [rank, tid] = [Number(place[0]), String(place[1])];
    query = query.where(
      sql<SqlBool>`(terminals.alert_rank < ${rank} or (terminals.alert_rank = ${rank} and terminals.tid > ${tid}))`,
    );
  }
  const rows = await query.execute();
  const terminals = rows.slice(0, limit).map((row) => ({
    ...{ tid: row.tid, label: row.label, sn: row.sn, hw: row.hw, sw: row.sw, slot: row.slot, online: row.online },
    ...{ onlineChangedMs: row.online_changed_ms, offlineWhy: row.offline_why, birthMs: row.birth_ms },
    ...{ seenMs: row.seen_ms, telemetryMs: row.tm_ms, printer: row.prn, storage: row.sto, configured: row.cfgd },
    ...{ alertRank: row.alert_rank, desiredVer: row.desired_ver, reportedVer: row.reported_ver },
    ...{ reportedOk: row.reported_ok, clockOffMs: row.clock_off_ms, domains: row.domains },
    ...{ domainsUp: row.domains_up, openOrders: row.open_orders },
  }));
  const last = terminals.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  const next = isMore ? cursorOf(sort === 'tid' ? [last.tid] : [last.alertRank, last.tid]) : null;
  return { terminals, next };
}

/** How many terminals the filter takes. */
export async function countTerminals(db: FleetDb, filter: TerminalFilter): Promise<number> {
  const row = await db
    .selectFrom('terminals')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(filterCondition(filter))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
