import * as v from 'valibot';
import {
  anyObject,
  boot,
  epoch,
  id,
  instantMs,
  percent,
  sentAt,
  sha256,
  text,
  token,
  whole,
  why,
} from './bounded-fields.ts';

/**
 * `dn/jb`, QoS 1: an upgrade job, whole, so that no second trip is needed. It is only a pointer: what may be installed, the signed
 * release metadata alone decides. A document-less job of a higher `ver` takes the job back: until the terminal has confirmed the release
 * it leaves nothing of it behind, and answers `withdrawn`.
 */
export const jobSchema = v.looseObject({
  job: v.pipe(v.nullable(id), v.description('Null answers "give me my job" when there is none.')),
  ver: whole('Version of the job document; a higher one replaces it.'),
  doc: v.optional(
    v.looseObject({
      target: text(256, 'Name of the target in the release metadata.'),
      version: text(64, 'Version it brings.'),
      sha256: v.optional(sha256('The release that was approved: a signed one with another hash is rejected.')),
      rate: v.optional(whole('Bytes a second that the download may take.', 1024, 1_000_000_000)),
      notBefore: v.optional(instantMs('The restart comes not before.')),
      deadline: v.optional(instantMs('After this the maintenance window no longer holds it back.')),
      window: v.optional(
        v.looseObject({
          from: whole('Start of the maintenance window, minutes after the terminal’s midnight.', 0, 1439),
          to: whole('Its end; smaller than `from` runs over midnight.', 0, 1439),
        }),
      ),
      more: v.optional(anyObject(64, 'What a newer upgrader needs.')),
    }),
  ),
});

/** `up/jg`, QoS 1: "give me my job", at every birth and every six hours with jitter. */
export const jobRequestSchema = v.looseObject({
  e: epoch,
  b: boot,
  t: sentAt,
  sw: text(64, 'Version that runs.'),
  slot: v.nullable(token(16, 'Slot that runs.')),
});

/** `up/jb`, QoS 1: progress. Applied only if `ver` is the job's and `n` is higher than the last. */
export const jobProgressSchema = v.looseObject({
  job: id,
  ver: whole('Version of the job document that it is about.'),
  n: whole('Counts up with every report of this job.', 1),
  st: token(32, 'Step: `queued`, `accepted`, `download`, `verify`, `wait`, `install`, `reboot`, `confirm`, or an end.'),
  t: sentAt,
  pct: v.optional(percent('Progress of the step.')),
  reason: v.optional(token(32, 'Code of why, as in the event `UPGRADE`.')),
  why: v.optional(why),
});

/** An upgrade job as it comes down (`dn/jb`). */
export type Job = v.InferOutput<typeof jobSchema>;

/** A terminal's question for its job (`up/jg`). */
export type JobRequest = v.InferOutput<typeof jobRequestSchema>;

/** How far a job is, as it goes up (`up/jb`). */
export type JobProgress = v.InferOutput<typeof jobProgressSchema>;
