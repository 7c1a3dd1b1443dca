import { sql } from 'kysely';
import type { FleetDb } from '../store/database.ts';

/** Terminals shown one by one; of a larger fleet the groups are. */
const TILES_MAX = 2_000;
const GROUPS_MAX = 200;

/** What the map can put terminals together by. */
export const MAP_GROUPINGS = ['label', 'version', 'model', 'printer', 'configuration'] as const;

/** One of them. */
export type MapGrouping = (typeof MAP_GROUPINGS)[number];

/** What a terminal is on the map, the worst first. */
export type TileState = 'grave' | 'warned' | 'offline' | 'fine';

/** The fleet's health in groups, and terminal by terminal where it is small enough. */
export interface FleetMap {
  /** The largest first; `name` null: none told. */
  readonly groups: readonly {
    readonly name: string | null;
    readonly total: number;
    readonly fine: number;
    readonly warned: number;
    readonly grave: number;
    readonly offline: number;
  }[];
  /** Null for a fleet too large to show each. */
  readonly tiles: readonly { readonly tid: string; readonly group: string | null; readonly state: TileState }[] | null;
}

/** By what the fleet is parted. A label is written by operators: what stands before its first `/` is the shop. */
const NAME = {
  label: sql`nullif(trim(split_part(label, '/', 1)), '')`,
  version: sql`sw`,
  model: sql`hw`,
  printer: sql`prn`,
  configuration: sql`case when desired_ver = 0 then null else 'v' || desired_ver ||
    case when reported_ver < desired_ver then ' …' when reported_ok then ' ✓' else ' ✗' end end`,
} as const;

const STATE = sql`case when alert_rank > 1 then 'grave' when alert_rank = 1 then 'warned' when online then 'fine'
  else 'offline' end`;

/** The health of the whole fleet, in groups. */
export async function fleetMap(db: FleetDb, by: MapGrouping): Promise<FleetMap> {
  const { rows: groups } = await sql<FleetMap['groups'][number]>`select name, count(*)::bigint as total,
      count(*) filter (where state = 'fine')::bigint as fine, count(*) filter (where state = 'warned')::bigint as warned,
      count(*) filter (where state = 'grave')::bigint as grave,
      count(*) filter (where state = 'offline')::bigint as offline
    from (select ${NAME[by]} as name, ${STATE} as state from terminals) one
    group by name order by total desc, name limit ${GROUPS_MAX}`.execute(db);
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  if (total > TILES_MAX) return { groups, tiles: null };
  const { rows: tiles } = await sql<{ tid: string; group: string | null; state: TileState }>`select tid,
      ${NAME[by]} as "group", ${STATE} as state from terminals order by tid limit ${TILES_MAX}`.execute(db);
  return { groups, tiles };
}
