/** What stands where something must not leave the terminal. */
export const MASKED = '•••';

const TEXT_CHARACTERS_MAX = 200;
const DEPTH_MAX = 10;
const ITEMS_MAX = 100;
const KEYS_MAX = 200;

/** Any short text. */
const WORDS = /^[^\0]*$/;
/** A name of ours: a screen, a state, a kind. Not a person's. */
const OWN_NAME = /^[A-Za-z][A-Za-z0-9.-]{0,47}$/;

/**
 * The keys whose texts and numbers may leave the terminal, with the form that a text must have. A key that is not here is masked
 * whatever it holds, so that a new field of a chart is secret until somebody decides otherwise. Truth values and null always pass.
 */
const ALLOWED: ReadonlyMap<string, RegExp> = new Map([
  ...[
    ...['amountFen', 'orderFen', 'refundFen', 'totalFen', 'maxAmountFen', 'attempts', 'failures', 'reconciliations'],
    ...['coolDownMs', 'domainCoolDownMs', 'latencyMs', 'waitMs', 'paidAtMs', 'windowRemainingMs', 'denialFinalAfterMs'],
    ...['pollIntervalMs', 'windowMs', 'codeLifeMs', 'reconcileIntervalMs', 'reconcileIntervalMaxMs', 'telemetryMs'],
    ...[
      'notFoundFinalAfterMs',
      'replays',
      'stepsBack',
      'crashes',
      'prompts',
      'reprints',
      'boot',
      'rereads',
      'selected',
    ],
    ...['digit', 'waitingSlips', 'openOrders', 'openRefunds', 'utcOffsetMinutes', 'server', 'tries', 'telemetries'],
    ...['order', 'refund', 'job', 'domain', 'domains', 'chosen', 'remaining', 'tried', 'servers', 'tid', 'slot'],
    ...['reason', 'lastReason', 'trouble', 'text', 'shopName', 'staffId', 'refusal', 'shift', 'followed'],
  ].map((key) => [key, WORDS] as const),
  ...[
    ...[
      'name',
      'kind',
      'state',
      'phase',
      'platform',
      'outcome',
      'condition',
      'printer',
      'storage',
      'priority',
      'channel',
    ],
    ...[
      'type',
      'locale',
      'question',
      'next',
      'of',
      'span',
      'check',
      'item',
      'copies',
      'voice',
      'slip',
      'followedRefund',
    ],
  ].map((key) => [key, OWN_NAME] as const),
]);

/** A key that was made of data (a domain, a slot): kept when it cannot be a code or a name of a person. */
const DATA_KEY = /^(?!\d{12,})[A-Za-z0-9_.:/-]{1,80}$/;

/** A chart's context as support may see it: by allow-list, bounded in depth and size. */
export function maskedForSupport(value: unknown, key = '', depth = DEPTH_MAX): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return ALLOWED.has(key) && Number.isFinite(value) ? value : MASKED;
  if (typeof value === 'string') return textFor(key, value);
  if (typeof value !== 'object' || depth === 0) return MASKED;
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => maskedForSupport(item, key, depth - 1));
  // Charts hold plain objects. Anything else (an actor, an error, a secret) has an inside that is nobody's business.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return MASKED;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, KEYS_MAX)
      .map(([inner, item]) => [DATA_KEY.test(inner) ? inner : MASKED, maskedForSupport(item, inner, depth - 1)]),
  );
}

function textFor(key: string, text: string): string {
  const form = ALLOWED.get(key);
  if (form === undefined || !form.test(text)) return text === '' ? '' : MASKED;
  return text.toWellFormed().slice(0, TEXT_CHARACTERS_MAX).toWellFormed();
}
