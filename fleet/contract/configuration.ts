import * as v from 'valibot';
import { percent, sentAt, sha256, text, whole, why } from './bounded-fields.ts';

/**
 * What an operator may wish of a terminal. Unknown keys are kept and ignored. Gateway domains are taken only from a list that is
 * compiled into the terminal: no one who holds the fleet service can lead a terminal to another gateway.
 */
export const desiredDocumentSchema = v.looseObject({
  domains: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(253))),
      v.minLength(1),
      v.maxLength(8),
      v.description('Order of the gateway domains, as base URLs; each must be on the terminal’s own list.'),
    ),
  ),
  telemetryMs: v.optional(whole('Between two telemetries, ms.', 10_000, 86_400_000)),
  volumePercent: v.optional(percent('Loudness of the voice.')),
  locale: v.optional(v.picklist(['zh-CN', 'en'])),
  logLevel: v.optional(v.picklist(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])),
});

/** `dn/cf`, QoS 1: the whole document, never a patch. A terminal ignores a `ver` that it has applied already. */
export const desiredConfigurationSchema = v.looseObject({
  ver: whole('Version of the document.', 1),
  doc: desiredDocumentSchema,
  by: v.optional(text(128, 'Who wished it.')),
  t: v.optional(sentAt),
});

/** `up/cf`, QoS 1: what came of it. */
export const reportedConfigurationSchema = v.looseObject({
  ver: whole('Version of the document that it is about.', 1),
  ok: v.pipe(v.boolean(), v.description('Applied as a whole, or not at all.')),
  err: v.optional(why),
  hash: sha256('SHA-256 of the document’s canonical JSON (keys sorted), so that both sides mean the same.'),
  t: sentAt,
});

/** The document that an operator wrote: what a terminal should be like. */
export type DesiredDocument = v.InferOutput<typeof desiredDocumentSchema>;

/** The document under its version, as it comes down (`dn/cf`). */
export type DesiredConfiguration = v.InferOutput<typeof desiredConfigurationSchema>;

/** What a terminal says came of a version (`up/cf`). */
export type ReportedConfiguration = v.InferOutput<typeof reportedConfigurationSchema>;
