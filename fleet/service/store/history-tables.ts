import type { ColumnType } from 'kysely';

/** One telemetry of a terminal, kept for its charts. Partitioned by UTC day; days are dropped as a whole. */
export interface TelemetryPointRow {
  tid: string;
  day: ColumnType<Date | string, string, never>;
  at_ms: number;
  /** Process of the terminal: counts go on only within one. */
  e: string;
  b: number;
  /** Resident memory, bytes. */
  rss: number | null;
  /** Heap in use, bytes. */
  heap: number | null;
  /** Delay of the event loop, ms. */
  lag_p99: number | null;
  lag_max: number | null;
  /** °C. */
  temp: number | null;
  /** Radio signal, %. */
  sig: number | null;
  domains: number | null;
  domains_up: number | null;
  /** Latency of the domain of choice, ms. */
  domain_ms: number | null;
  open_orders: number | null;
  /** Events that were not acknowledged yet. */
  waiting: number | null;
  /** Payments since the process started, and those of them that ended unknown. */
  paid_n: number;
  unknown_n: number;
  /** How far the terminal's wall clock was from the service's. */
  clock_off_ms: number | null;
}

/** The counters of a terminal once an hour, as they stood: what lies between two of one process happened between them. */
export interface TelemetryHourRow {
  tid: string;
  day: ColumnType<Date | string, string, never>;
  hour_ms: number;
  at_ms: number;
  e: string;
  b: number;
  /** Phase histograms and counts as in the telemetry. */
  ph: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  cnt: ColumnType<Record<string, unknown> | null, string | null, string | null>;
}
