import type { ColumnType, Generated } from 'kysely';

type Json<Value = unknown> = ColumnType<Value, string, string>;
type NullableJson<Value = unknown> = ColumnType<Value | null, string | null, string | null>;

/** One release brought to many terminals in waves. Instants are epoch ms of the service's clock. */
export interface CampaignRow {
  id: string;
  name: string;
  version: string;
  /** SHA-256 of the release: what a second operator approved, and what terminals check. */
  sha256: string;
  plan: Json;
  st: string;
  /** Why it is in this state, in words. */
  why: string | null;
  wave: Generated<number>;
  wave_ms: number | null;
  /** Since when every terminal of the wave that is there has come to its end; null: not yet. */
  settled_ms: number | null;
  /** Failures before this were looked at by an operator who went on. */
  judged_ms: Generated<number>;
  health: NullableJson;
  health_ms: Generated<number>;
  stepped_ms: Generated<number>;
  by: string;
  by_token: string;
  approved_by: string | null;
  approved_ms: number | null;
  created_ms: number;
  started_ms: number | null;
  ended_ms: number | null;
  changed_ms: number;
}

/** A terminal of a campaign: its turn, its attempt, and how its payments went before and under the release. */
export interface CampaignMemberRow {
  campaign: string;
  tid: string;
  place: number;
  wave: number;
  /** `waiting`, `working`, `ok`, `failed`, `withdrawing` or `withdrawn`. */
  st: Generated<string>;
  attempt: Generated<number>;
  cause: string | null;
  /** Code that the terminal told, of `why`. */
  reason: string | null;
  why: string | null;
  job: string | null;
  sent_ms: number | null;
  /** When the job, or its taking back, was last sent. */
  asked_ms: number | null;
  /** How long the terminal was online since it got the job. */
  online_ms: Generated<number>;
  /** Not sent again before this; null: at once. */
  retry_ms: number | null;
  ended_ms: number | null;
  /** Where in the terminal's journal the release began to run. */
  boot_e: string | null;
  boot_s: number | null;
  baseline: NullableJson;
  health: NullableJson;
  changed_ms: number;
}

/** Every report of an upgrade job, and what the service did about it. */
export interface JobStepRow {
  id: Generated<number>;
  tid: string;
  job: string;
  t_ms: number;
  st: string;
  pct: number | null;
  reason: string | null;
  why: string | null;
}

/** How many members of a wave were where, each time that this changed. */
export interface CampaignPointRow {
  campaign: string;
  wave: number;
  t_ms: number;
  counts: Json<Record<string, number>>;
}
