import * as v from 'valibot';
import { snapshotSchema } from '../../contract/snapshot.ts';
import { alertSchema } from './terminal-answers.ts';

const instant = v.nullable(v.number());
const name = v.nullable(v.string());
const fields = v.record(v.string(), v.unknown());

/** Roles of operators, from the least to the most. */
export const ROLES = ['viewer', 'support', 'operator', 'admin'] as const;
/** Each may what those before it may. */
export type Role = (typeof ROLES)[number];

/** Who is signed in: `GET /session`. */
export const sessionSchema = v.object({ name: v.string(), role: v.picklist(ROLES) });

/** Who is signed in. */
export type Session = v.InferOutput<typeof sessionSchema>;

/** How one may sign in: `GET /session/ways`; `oidc` is where a sign-in through the organisation begins. */
export const waysSchema = v.object({ token: v.boolean(), oidc: v.nullable(v.string()) });

/** `GET /alerts`. */
export const alertPageSchema = v.object({
  alerts: v.array(v.object({ ...alertSchema.entries, tid: v.string(), label: v.string(), clearedMs: instant })),
  next: v.nullable(v.string()),
});

/** An alert with the terminal that it is about. */
export type Alert = v.InferOutput<typeof alertPageSchema>['alerts'][number];

/** `GET /thresholds`, and what `PUT` takes. */
export const thresholdsSchema = v.looseObject({
  ...{ offlineMs: v.number(), unknownPercent: v.number(), unknownPaymentsMin: v.number(), clockOffMs: v.number() },
});

/** When an alert is raised. */
export type Thresholds = v.InferOutput<typeof thresholdsSchema>;

/** A command as it stands. */
export const commandSchema = v.object({
  ...{ id: v.string(), tid: v.string(), op: v.string(), args: fields, by: v.string(), issuedMs: v.number() },
  ...{ expMs: v.number(), state: v.string(), n: v.number(), percent: v.nullable(v.number()) },
  ...{ result: v.nullable(fields), why: name, changedMs: v.number() },
});

/** A command of a terminal. */
export type Command = v.InferOutput<typeof commandSchema>;

/** `GET /terminals/{tid}/commands`. */
export const commandPageSchema = v.object({ commands: v.array(commandSchema), next: v.nullable(v.string()) });

/** A report of a command, as `/live` tells it. */
export const reportSchema = v.object({
  ...{ tid: v.string(), id: v.string(), n: v.number(), state: v.string(), t: v.number() },
  ...{ percent: v.nullable(v.number()), result: v.nullable(fields), why: name, receivedMs: v.number() },
});

/** One report of a command. */
export type CommandReport = v.InferOutput<typeof reportSchema>;

/** `GET /terminals/{tid}/snapshots`. */
export const snapshotListSchema = v.object({
  snapshots: v.array(
    v.object({ id: v.string(), receivedMs: v.number(), atMs: instant, sw: name, ok: v.boolean(), why: name }),
  ),
});

/** A snapshot as the list shows it. */
export type SnapshotLine = v.InferOutput<typeof snapshotListSchema>['snapshots'][number];

/** `GET /terminals/{tid}/snapshots/{id}`; null when what came did not check out. */
export const storedSnapshotSchema = v.object({
  ...{ id: v.string(), receivedMs: v.number(), why: name },
  snapshot: v.nullable(snapshotSchema),
});

/** `GET /configurations/{ver}`. */
export const configurationSchema = v.object({
  ...{ ver: v.number(), doc: fields, hash: v.string(), note: v.string(), by: v.string() },
  ...{ createdMs: v.number(), terminals: v.number() },
});

/** A version of the desired configuration. */
export type Configuration = v.InferOutput<typeof configurationSchema>;

/** `GET /configurations`. */
export const configurationsSchema = v.object({ configurations: v.array(configurationSchema) });

/** `GET /rollouts/{id}`. */
export const rolloutSchema = v.object({
  ...{ id: v.string(), ver: v.number(), filter: fields, waves: v.array(v.number()), wave: v.number() },
  ...{ soakMs: v.number(), failuresMax: v.number(), state: v.string(), why: name, by: v.string() },
  ...{ createdMs: v.number(), changedMs: v.number(), members: v.nullable(v.record(v.string(), v.number())) },
});

/** A version on its way to terminals. */
export type Rollout = v.InferOutput<typeof rolloutSchema>;

/** `GET /rollouts`. */
export const rolloutsSchema = v.object({ rollouts: v.array(rolloutSchema) });

/** `POST /rollouts/preview`: how many terminals a filter takes. */
export const previewSchema = v.object({ terminals: v.number() });

/** `GET /rollouts/{id}/members`. */
export const membersSchema = v.object({
  members: v.array(
    v.object({ tid: v.string(), place: v.number(), state: v.string(), why: name, changedMs: v.number() }),
  ),
});

/** A terminal of a rollout. */
export type Member = v.InferOutput<typeof membersSchema>['members'][number];

/** `GET /audit`. */
export const auditPageSchema = v.object({
  entries: v.array(
    v.object({
      ...{ n: v.number(), tMs: v.number(), who: v.string(), role: v.string(), action: v.string() },
      ...{ target: v.string(), detail: fields, hash: v.string() },
    }),
  ),
  next: v.nullable(v.number()),
});

/** `GET /audit/verify`: the whole chain, or the first entry that does not fit. */
export const auditVerdictSchema = v.union([
  v.object({ ok: v.literal(true), entries: v.number(), head: v.string() }),
  v.object({ ok: v.literal(false), n: v.number(), why: v.string() }),
]);

/** `GET /tokens`. */
export const tokensSchema = v.object({
  tokens: v.array(
    v.object({
      ...{ id: v.string(), name: v.string(), role: v.string(), createdMs: v.number() },
      ...{ expiresMs: instant, revokedMs: instant, usedMs: instant },
    }),
  ),
});

/** `POST /tokens`: the one time that a token's text is told. */
export const newTokenSchema = v.object({ id: v.string(), token: v.string() });
