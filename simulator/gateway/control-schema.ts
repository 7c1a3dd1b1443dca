import * as v from 'valibot';
import { HOST_CONDITIONS, INTERFACES } from './fault-script.ts';
import { STATE_PROFILES } from './settings.ts';

/** What the control API takes. Unknown keys are errors: a misspelt key must not look as if it worked. */
const DAY_MS = 86_400_000;
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const short = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const delayMs = whole(0, 120_000);

/** `POST /faults`: arms a script for the next requests that fit. */
export const armSchema = v.strictObject({
  script: short,
  interface: v.optional(v.picklist(INTERFACES)),
  order: v.optional(v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,32}$/))),
  host: v.optional(whole(0, 3)),
  times: v.optional(whole(1, 1_000_000)),
});

/** `DELETE /faults`: one armed fault, or all of them. */
export const disarmSchema = v.strictObject({ id: v.optional(whole(1, Number.MAX_SAFE_INTEGER)) });

/** `POST /profile`: how the gateway behaves where the field has more than one way. */
export const profileSchema = v.strictObject({
  profile: v.optional(v.picklist(STATE_PROFILES)),
  wechatRefundState: v.optional(v.picklist(['any-refund', 'full-refund'])),
  refundDelayMs: v.optional(whole(0, DAY_MS)),
  alipayFinishMs: v.optional(v.nullable(whole(0, 400 * DAY_MS))),
  configurationShape: v.optional(v.picklist(['nested', 'flat'])),
  detailSize: v.optional(v.picklist(['realistic', 'huge'])),
  internalStatusSpelling: v.optional(v.picklist(['internal_status', 'Internal_status'])),
  singleUseCodes: v.optional(v.boolean()),
});

/** `POST /latency`: how long the gateway thinks, ms. */
export const latencySchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('fixed'), ms: delayMs }),
  v.strictObject({ kind: v.literal('uniform'), fromMs: delayMs, toMs: delayMs }),
  v.strictObject({ kind: v.literal('lognormal'), p50Ms: delayMs, p99Ms: delayMs }),
]);

/** `POST /hosts/{n}`: what a domain does with connections, and for how long. */
export const hostSchema = v.strictObject({
  condition: v.picklist(HOST_CONDITIONS),
  forMs: v.optional(whole(1, DAY_MS)),
});

/** `POST /settings`: a configuration QR for a device of a shop. */
export const ticketSchema = v.strictObject({
  domain: v.optional(whole(0, 3), 0),
  outShopId: v.optional(short),
  deviceId: v.optional(short),
  staffId: v.optional(v.nullable(short)),
  release: v.optional(v.boolean()),
  expired: v.optional(v.boolean()),
});

/** For what takes nothing. */
export const noFieldsSchema = v.strictObject({});
