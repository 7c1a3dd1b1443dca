import * as v from 'valibot';
import { deviceKeys } from './device-keys.ts';
import { upgradeKeys } from './upgrade-keys.ts';

const wholeNumber = (least: number, most: number, what: string) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
    v.description(what),
  );

const path = (what: string) =>
  v.pipe(
    v.string('must be a path'),
    v.minLength(1, 'must be a path, not empty'),
    v.maxLength(4096, 'must have at most 4096 characters'),
    v.check((text) => !text.includes('\0'), 'must not contain a zero byte'),
    v.description(what),
  );

const domains = v.pipe(
  v.array(
    v.pipe(
      v.string('must be a base URL'),
      v.check(
        (text) => originOf(text) !== null,
        'must be https://host or https://host:port, without user, path or query',
      ),
      v.transform((text) => originOf(text) ?? text),
    ),
    'must be an array of base URLs',
  ),
  v.minLength(1, 'must name at least one domain'),
  v.maxLength(8, 'must name at most 8 domains'),
  v.check((origins) => new Set(origins).size === origins.length, 'must not name a domain twice'),
  v.readonly(),
  v.description(
    'The gateway, tried in this order. A configuration QR is accepted only when its scheme, host and port are one of these.',
  ),
);

const fleetUrl = v.pipe(
  v.string('must be a URL'),
  v.maxLength(2048, 'must have at most 2048 characters'),
  v.check(isFleetUrl, 'must be mqtt://host or mqtts://host with an optional port, without user or password'),
  v.description('The MQTT broker of the fleet service. Absent: no fleet link, everything else works.'),
);

const DEFAULT_DOMAINS = [
  'https://pay.qcloud.com',
  'https://sz.pay.qcloud.com',
  'https://sh.pay.qcloud.com',
  'https://tj.pay.qcloud.com',
];

/**
 * The configuration file: types, ranges, defaults and documentation in one place. Keys of the public headless interface first.
 * Every key is `section.key`; `config-reference.ts` turns this into the manual's table, `load-config.ts` into `TILL_` variables.
 */
export const terminalConfigSchema = v.object({
  sn: v.pipe(
    v.string('is required: VENDOR_MODEL_serial'),
    v.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must have 1 to 64 letters, digits, -, _ or . (VENDOR_MODEL_serial)'),
    v.description('Serial number of the terminal, `VENDOR_MODEL_serial`.'),
  ),
  subTerminalType: v.optional(
    v.nullable(
      wholeNumber(
        0,
        2_147_483_647,
        'Allotted by Cloud Pay. Unset: the terminal starts, but refuses payments and says why.',
      ),
    ),
    null,
  ),
  gateway: section({
    domains: v.optional(domains, DEFAULT_DOMAINS),
    caFile: v.optional(
      v.nullable(
        path('Extra trusted CA (PEM); otherwise those of the system. Relative paths start at the working directory.'),
      ),
      null,
    ),
    connectTimeoutMs: v.optional(wholeNumber(10, 60_000, 'Per attempt: name look-up, TCP and TLS together.'), 3000),
    requestTimeoutMs: v.optional(
      wholeNumber(10, 60_000, 'Per attempt: from the first request byte to the last answer byte.'),
      10_000,
    ),
  }),
  payment: section({
    pollIntervalMs: v.optional(
      wholeNumber(
        10,
        60_000,
        'Between two queries. The 3 s wait after status 103 is a floor that a shorter interval does not lower.',
      ),
      3000,
    ),
    windowMs: v.optional(wholeNumber(100, 600_000, 'How long the cashier waits for the result of a payment.'), 120_000),
    maxAmountFen: v.optional(wholeNumber(1, 999_999_999, 'Typed amounts above it are refused, in fen.'), 5_000_000),
  }),
  reconcile: section({
    intervalMs: v.optional(
      wholeNumber(
        100,
        600_000,
        'First background query of an unresolved order or a tracked refund; doubles to 10 minutes at most, ± 20 %.',
      ),
      30_000,
    ),
    notFoundFinalAfterMs: v.optional(
      wholeNumber(
        0,
        604_800_000,
        'An order that a signed "no such order" still denies this long after its window is settled as not charged, and says so.',
      ),
      600_000,
    ),
  }),
  dataDir: v.optional(
    path(
      'Everything durable lives here and nowhere else; `--data` wins. Relative paths start at the working directory.',
    ),
    'till-data',
  ),
  fleet: section({
    url: v.optional(v.nullable(fleetUrl), null),
    moreUrls: v.optional(
      v.pipe(
        v.array(fleetUrl, 'must be an array of broker URLs'),
        v.maxLength(8, 'must name at most 8 brokers'),
        v.readonly(),
        v.description('Further brokers of the same fleet; a terminal takes the next one when one fails.'),
      ),
      [],
    ),
    tid: v.optional(
      v.nullable(
        v.pipe(
          v.string('must be a terminal id'),
          v.regex(/^[A-Za-z0-9_-]{1,48}$/, 'must have 1 to 48 letters, digits, - or _'),
          v.description(
            'Id of the terminal in the fleet, the common name of its certificate. Unset: the serial number, when it can be one.',
          ),
        ),
      ),
      null,
    ),
    caFile: v.optional(
      v.nullable(path('CA of the fleet’s brokers (PEM); otherwise those of the system. Needs an `mqtts://` URL.')),
      null,
    ),
    certFile: v.optional(v.nullable(path('Certificate of the terminal (PEM), with `fleet.keyFile`.')), null),
    keyFile: v.optional(v.nullable(path('Private key of the terminal (PEM), with `fleet.certFile`.')), null),
    commandKeyFile: v.optional(
      v.nullable(
        path(
          'Public key (PEM, Ed25519) of the operators: only commands signed with it are carried out. Unset: the service’s word is enough.',
        ),
      ),
      null,
    ),
    telemetryMs: v.optional(
      wholeNumber(1000, 86_400_000, 'Between two telemetries, ± 20 %; the fleet service may wish another pace.'),
      300_000,
    ),
    keepaliveMs: v.optional(
      wholeNumber(
        5000,
        3_600_000,
        'A connection that is silent this long is pinged, and given up after half as long again.',
      ),
      120_000,
    ),
    downlinkQos: v.optional(
      wholeNumber(0, 1, 'QoS that is asked for what comes down; 0 spares a NATS cluster 500 KiB a terminal.'),
      1,
    ),
  }),
  locale: v.optional(
    v.pipe(v.picklist(['zh-CN', 'en'], 'must be zh-CN or en'), v.description('Language of screens, voice and paper.')),
    'zh-CN',
  ),
  voice: section({
    clips: v.optional(
      v.nullable(
        path(
          'Folder with recordings of an own voice in the language of `locale`, `<id>.wav` each: one channel, 16-bit PCM or µ-law, one sample rate. ' +
            'Unset: the clips that come with the terminal. Relative paths start at the working directory.',
        ),
      ),
      null,
    ),
  }),
  printer: section({
    model: v.optional(
      v.pipe(
        v.picklist(['58mm', '80mm', '58mm-dots', '80mm-dots'], 'must be 58mm, 80mm, 58mm-dots or 80mm-dots'),
        v.description(
          'Width of the paper. `-dots` sends text, barcodes and QR codes as a picture, for printers without Chinese characters or without codes of their own.',
        ),
      ),
      '58mm',
    ),
    copies: v.optional(
      v.pipe(
        v.picklist(['customer', 'merchant', 'both'], 'must be customer, merchant or both'),
        v.description('Copies of every payment and refund slip; each is marked and is a slip of its own.'),
      ),
      'customer',
    ),
  }),
  web: section({
    host: v.optional(
      v.pipe(
        v.string('must be an address'),
        v.regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be a host name or an address'),
        v.description('Where the web profile listens.'),
      ),
      '127.0.0.1',
    ),
    port: v.optional(wholeNumber(0, 65_535, 'Port of the web profile; 0 takes any free one.'), 8080),
  }),
  journal: section({
    keepMegabytes: v.optional(
      wholeNumber(
        4,
        4096,
        'History that is kept, in whole segments; the oldest beyond it is let go. Nothing that is open is lost.',
      ),
      64,
    ),
    segmentKilobytes: v.optional(
      wholeNumber(
        32,
        16_384,
        'Size of one segment, written whole when it is begun. Smaller ones are begun more often and read faster.',
      ),
      1024,
    ),
  }),
  devices: section(deviceKeys),
  upgrade: section(upgradeKeys),
  monitor: section({
    intervalMs: v.optional(
      wholeNumber(
        1000,
        86_400_000,
        'Between two uploads of call times and device statistics to the gateway, in idle moments; grows to an hour after failures.',
      ),
      300_000,
    ),
  }),
  log: section({
    level: v.optional(
      v.pipe(
        v.picklist(
          ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
          'must be trace, debug, info, warn, error, fatal or silent',
        ),
        v.description('Least important lines that are logged to stderr.'),
      ),
      'info',
    ),
  }),
});

/** The configuration as the program sees it: complete, checked, read-only. */
export type TerminalConfig = DeepReadonly<v.InferOutput<typeof terminalConfigSchema>>;

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** A nested object whose keys all have defaults, so that it may be left out. */
function section<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.optional(v.object(entries, 'must be an object'), {} as v.InferInput<v.ObjectSchema<Entries, undefined>>);
}

function originOf(text: string): string | null {
  const url = urlOf(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && !/[?#]/.test(text);
  return bare ? url.origin : null;
}

function isFleetUrl(text: string): boolean {
  const url = urlOf(text);
  if (url === null || !['mqtt:', 'mqtts:'].includes(url.protocol)) return false;
  return url.hostname !== '' && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) && text.length <= 2048 ? new URL(text) : null;
}
