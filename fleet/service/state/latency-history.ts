import { sql } from 'kysely';
import * as v from 'valibot';
import { LATENCY_BOUNDS_MS, type PhaseHistogram, telemetrySchema } from '../../contract/telemetry.ts';
import type { FleetDb } from '../store/database.ts';
import { dayOf } from '../store/event-partitions.ts';

/** One for each bound, and one for what is longer. */
const BUCKETS = [...LATENCY_BOUNDS_MS.keys(), LATENCY_BOUNDS_MS.length];
const DAY_MS = 86_400_000;

/** Counters as they stood at an instant. */
interface Standing {
  readonly atMs: number;
  readonly e: string;
  readonly b: number;
  readonly ph: unknown;
  readonly cnt: unknown;
}

type Phases = Readonly<Record<string, PhaseHistogram>>;
type Counts = Readonly<Record<string, number>>;

/** How long the phases of a terminal's payments took in a time. */
export interface LatencyHistory {
  /** Upper bounds of the buckets in `phases`; the last bucket has none. */
  readonly boundsMs: readonly number[];
  /** What happened in the whole time, by phase. */
  readonly phases: Phases;
  /** Payments by `platform.outcome`. */
  readonly counts: Counts;
  /** The same, step by step: how many, and how long on average. */
  readonly steps: readonly {
    readonly untilMs: number;
    readonly phases: Readonly<Record<string, { readonly n: number; readonly meanMs: number }>>;
    readonly counts: Counts;
  }[];
}

const phasesSchema = telemetrySchema.entries.ph;
const countsSchema = telemetrySchema.entries.cnt;

/** How long the phases of a terminal's payments took since `fromMs`, from its hourly counters and its newest telemetry. */
export async function latencyHistory(
  db: FleetDb,
  { tid, fromMs, toMs }: { readonly tid: string; readonly fromMs: number; readonly toMs: number },
): Promise<LatencyHistory> {
  const { rows } = await sql<Standing>`select at_ms as "atMs", e, b, ph, cnt from (
      (select at_ms, e, b, ph, cnt from telemetry_hours where tid = ${tid} and at_ms < ${fromMs}
        and day >= ${dayOf(fromMs - 2 * DAY_MS)}::date order by at_ms desc limit 1)
      union all
      select at_ms, e, b, ph, cnt from telemetry_hours where tid = ${tid} and at_ms >= ${fromMs} and at_ms <= ${toMs}
        and day >= ${dayOf(fromMs)}::date and day <= ${dayOf(toMs + DAY_MS)}::date
      union all
      select tm_ms, tm_e, tm_b, tm -> 'ph', tm -> 'cnt' from terminal_live
        where tid = ${tid} and tm_ms >= ${fromMs} and tm_ms <= ${toMs}
    ) standing order by at_ms`.execute(db);
  return historyOf(rows, fromMs);
}

/** What lies between standings: within one process the difference, else all that the new one counted. Pure. */
export function historyOf(standings: readonly Standing[], fromMs: number): LatencyHistory {
  let phases: Phases = {};
  let counts: Counts = {};
  const steps: LatencyHistory['steps'][number][] = [];
  for (const [index, standing] of standings.entries()) {
    if (standing.atMs < fromMs) continue;
    const before = standings[index - 1];
    const same = before !== undefined && before.e === standing.e && before.b === standing.b;
    const step = minus(phasesOf(standing), same ? phasesOf(before) : {});
    const counted = countsMinus(countsOf(standing), same ? countsOf(before) : {});
    phases = plus(phases, step);
    counts = countsPlus(counts, counted);
    steps.push({ untilMs: standing.atMs, phases: meansOf(step), counts: counted });
  }
  return { boundsMs: LATENCY_BOUNDS_MS, phases, counts, steps };
}

function meansOf(phases: Phases): LatencyHistory['steps'][number]['phases'] {
  const means = Object.entries(phases).map(
    ([phase, { n, sum }]) => [phase, { n, meanMs: n === 0 ? 0 : sum / n }] as const,
  );
  return Object.fromEntries(means);
}

function phasesOf({ ph }: Standing): Phases {
  const read = v.safeParse(phasesSchema, ph ?? undefined);
  return read.success ? (read.output ?? {}) : {};
}

function countsOf({ cnt }: Standing): Counts {
  const read = v.safeParse(countsSchema, cnt ?? undefined);
  return read.success ? (read.output ?? {}) : {};
}

const none: PhaseHistogram = { n: 0, sum: 0, le: LATENCY_BOUNDS_MS.map(() => 0) };

function minus(now: Phases, before: Phases): Phases {
  return combine(now, before, (one, other) => Math.max(0, one - other));
}

function plus(one: Phases, other: Phases): Phases {
  return combine(one, other, (a, b) => a + b);
}

function combine(one: Phases, other: Phases, each: (a: number, b: number) => number): Phases {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [a, b] = [one[name] ?? none, other[name] ?? none];
      const le = BUCKETS.map((bucket) => each(a.le[bucket] ?? 0, b.le[bucket] ?? 0));
      return [name, { n: each(a.n, b.n), sum: each(a.sum, b.sum), le }];
    }),
  );
}

function countsMinus(now: Counts, before: Counts): Counts {
  const entries = Object.entries(now).map(([key, n]) => [key, Math.max(0, n - (before[key] ?? 0))] as const);
  return Object.fromEntries(entries.filter(([, n]) => n > 0));
}

function countsPlus(one: Counts, other: Counts): Counts {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
