import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { TelemetryHourRow, TelemetryPointRow } from './history-tables.ts';
import type { CampaignMemberRow, CampaignPointRow, CampaignRow, JobStepRow } from './campaign-tables.ts';

/** jsonb: read as the parsed value, written as JSON text. */
type Json<Value = unknown> = ColumnType<Value, string, string>;
type NullableJson<Value = unknown> = ColumnType<Value | null, string | null, string | null>;

/** A terminal: what changes seldom, and what lists filter and sort by. Instants are epoch ms of the service's clock. */
export interface TerminalRow {
  tid: string;
  label: Generated<string>;
  first_seen_ms: number;
  e: string | null;
  b: number | null;
  sw: string | null;
  slot: string | null;
  hw: string | null;
  sn: string | null;
  job: string | null;
  birth_ms: number | null;
  online: Generated<boolean>;
  /** Since when it is online or offline. */
  online_changed_ms: number | null;
  /** `stop`, `will` or `lease`; null while online. */
  offline_why: string | null;
  prn: string | null;
  sto: string | null;
  cfgd: boolean | null;
  /** 0 nothing open, 1 a warning, 2 something that stops payments or hides the truth. */
  alert_rank: Generated<number>;
  /** Version that the service wishes, and why it does: 0 none. */
  desired_ver: Generated<number>;
  reported_ver: Generated<number>;
  reported_ok: boolean | null;
  reported_err: string | null;
  reported_hash: string | null;
  reported_ms: number | null;
}

/** What changes with every packet; without an index of its own, so that an update stays in its page. */
export interface TerminalLiveRow {
  tid: string;
  seen_ms: number;
  /** Presumed offline after this, unless it is heard. */
  lease_ms: number;
  tm_ms: number | null;
  tm_e: string | null;
  tm_b: number | null;
  tm_s: number | null;
  tm: NullableJson<Record<string, unknown>>;
  clock_off_ms: number | null;
  domains: number | null;
  domains_up: number | null;
  open_orders: number | null;
  /** Payments counted since the process started, and those of them that ended unknown. */
  paid_n: Generated<number>;
  unknown_n: Generated<number>;
  /** The same at the start of the window over which the unknown rate is judged. */
  window_ms: number | null;
  window_paid_n: Generated<number>;
  window_unknown_n: Generated<number>;
}

/** One life of a terminal's journal: `acked` is what `dn/ack` says, `stored_max` may be ahead of it by a gap. */
export interface EventStreamRow {
  tid: string;
  e: string;
  acked: Generated<number>;
  stored_max: Generated<number>;
  changed_ms: number;
}

/** A fact of a terminal's journal, once by terminal, epoch `e` and sequence `s`. `t`: the terminal's clock, epoch ms. */
export interface EventRow {
  tid: string;
  e: string;
  s: number;
  /** UTC day of the reception: the partition. */
  day: ColumnType<Date | string, string, never>;
  received_ms: number;
  t: number;
  type: string;
  d: NullableJson<Record<string, unknown>>;
}

/** A command and how far it is; its reports are rows of their own. */
export interface CommandRow {
  id: string;
  tid: string;
  op: string;
  args: Json<Record<string, unknown>>;
  by: string;
  issued_ms: number;
  exp_ms: number;
  /** `issued` until the terminal reports; then the contract's states. */
  st: Generated<string>;
  n: Generated<number>;
  pct: number | null;
  res: NullableJson<Record<string, unknown>>;
  why: string | null;
  changed_ms: number;
  /** Of the operator who signed it; null: nobody did. */
  sig: string | null;
}

/** A report of a command, once by its number `n`. `t` is the terminal's clock, epoch ms. */
export interface CommandReportRow {
  id: string;
  n: number;
  st: string;
  t: number;
  pct: number | null;
  res: NullableJson<Record<string, unknown>>;
  why: string | null;
  received_ms: number;
}

/** A part of a snapshot that waits for the others. */
export interface SnapshotPartRow {
  tid: string;
  id: string;
  i: number;
  parts: number;
  sha256: string;
  data: string;
  received_ms: number;
}

/** A snapshot that came whole, or why it did not. */
export interface SnapshotRow {
  tid: string;
  id: string;
  received_ms: number;
  at_ms: number | null;
  sw: string | null;
  sha256: string;
  /** Base64 of the gzip that the terminal sent; null when it did not check out. */
  document: string | null;
  why: string | null;
}

/** A version of the desired configuration; never changed, only followed by another. */
export interface ConfigurationRow {
  ver: Generated<number>;
  doc: Json<Record<string, unknown>>;
  hash: string;
  note: string;
  by: string;
  created_ms: number;
}

/** A version brought to many terminals in waves. */
export interface RolloutRow {
  id: string;
  ver: number;
  /** The filter that chose the terminals, as the list of terminals takes it. */
  filter: Json<Record<string, unknown>>;
  /** Cumulative share of the members after each wave, %. */
  waves: Json<number[]>;
  soak_ms: number;
  failures_max: number;
  st: string;
  wave: Generated<number>;
  wave_ms: number;
  by: string;
  created_ms: number;
  changed_ms: number;
  why: string | null;
}

/** A terminal of a rollout, in the order by chance in which waves take them. */
export interface RolloutMemberRow {
  rollout: string;
  tid: string;
  place: number;
  /** `waiting`, `sent`, `applied` or `failed`. */
  st: Generated<string>;
  why: string | null;
  changed_ms: number;
}

/** Something about a terminal that is worth a look, from when to when, and who looks after it. */
export interface AlertRow {
  id: Generated<number>;
  tid: string;
  kind: string;
  /** 1 a warning, 2 something that stops payments or hides the truth. */
  rank: number;
  since_ms: number;
  cleared_ms: number | null;
  detail: Json<Record<string, unknown>>;
  acked_by: string | null;
  acked_ms: number | null;
  acked_note: Generated<string>;
}

/** An entry of the hash-chained audit log. */
export interface AuditRow {
  n: number;
  t_ms: number;
  who: string;
  role: string;
  action: string;
  target: string;
  detail: Json<Record<string, unknown>>;
  prev_hash: string;
  hash: string;
}

/** An operator's token. */
export interface TokenRow {
  id: string;
  name: string;
  role: string;
  /** SHA-256 of the token; the token itself is shown once and kept nowhere. */
  hash: string;
  created_ms: number;
  expires_ms: number | null;
  revoked_ms: number | null;
  /** When it was last shown, give or take an hour; null: never. */
  used_ms: number | null;
}

/** A browser that is signed in; `hash` is the SHA-256 of its cookie. */
export interface SessionRow {
  hash: string;
  /** Null for somebody whom an identity provider vouched for; then `name`, `role` and the provider's `subject` say who it is. */
  token_id: string | null;
  name: string | null;
  role: string | null;
  subject: string | null;
  created_ms: number;
  expires_ms: number;
}

/** A terminal's upgrade job and its newest report; null `doc` takes it back. */
export interface JobRow {
  tid: string;
  job: string;
  ver: number;
  doc: NullableJson<Record<string, unknown>>;
  n: Generated<number>;
  st: Generated<string>;
  pct: number | null;
  reason: string | null;
  why: string | null;
  changed_ms: number;
}

/** A setting of the service as a whole, by name. */
export interface SettingRow {
  name: string;
  value: Json;
  changed_ms: number;
}

/** The tables of the fleet service, in PostgreSQL's SQL. */
export interface FleetTables {
  terminals: TerminalRow;
  terminal_live: TerminalLiveRow;
  event_streams: EventStreamRow;
  events: EventRow;
  commands: CommandRow;
  command_reports: CommandReportRow;
  snapshot_parts: SnapshotPartRow;
  snapshots: SnapshotRow;
  configurations: ConfigurationRow;
  rollouts: RolloutRow;
  rollout_members: RolloutMemberRow;
  alerts: AlertRow;
  audit_log: AuditRow;
  tokens: TokenRow;
  sessions: SessionRow;
  jobs: JobRow;
  job_steps: JobStepRow;
  campaigns: CampaignRow;
  campaign_members: CampaignMemberRow;
  campaign_points: CampaignPointRow;
  settings: SettingRow;
  telemetry_points: TelemetryPointRow;
  telemetry_hours: TelemetryHourRow;
}

/** The store as queries see it, PostgreSQL or embedded. */
export type FleetDb = Kysely<FleetTables>;
/** A database transaction of the fleet's tables. */
export type FleetTransaction = Transaction<FleetTables>;
