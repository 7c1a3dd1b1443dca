import * as v from 'valibot';
import { TerminalFailure } from '../domain/failure.ts';

/** Version of the document below. Raising it needs a step in `MIGRATIONS`. */
export const SETTINGS_VERSION = 1;
/** Configurations kept: the current one, and older ones that open orders still need. */
export const CONFIGURATIONS_MAX = 8;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const sealed = v.pipe(v.string(), v.base64(), v.maxLength(1024));
const instantMs = v.pipe(v.number(), v.finite());

// Loose everywhere: what a newer release added must survive a write by this one (A/B rollback).
const storedConfiguration = v.looseObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  outMchId: text(128),
  outSubMchId: text(128),
  outShopId: text(128),
  orderPrefix: text(24),
  authenType: v.pipe(v.number(), v.safeInteger()),
  sealedAuthenKey: sealed,
  shopName: text(512),
  deviceId: text(256),
  deviceName: text(512),
  staffId: v.nullable(text(128)),
  staffName: v.nullable(text(512)),
});

const storedWifi = v.looseObject({
  ssid: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
  security: v.picklist(['open', 'wpa', 'sae', 'wep']),
  sealedPassphrase: v.nullable(sealed),
  hidden: v.boolean(),
});

const lockedSecret = v.looseObject({
  /** Salt and scrypt hash, sealed with the terminal's key: six digits alone are guessed off-line in no time. */
  sealedHash: sealed,
  failures: v.pipe(v.number(), v.integer(), v.minValue(0)),
  lockedUntilMs: v.nullable(instantMs),
});

const schema = v.looseObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  installationId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  currentConfiguration: v.nullable(v.string()),
  configurations: v.pipe(v.array(storedConfiguration), v.maxLength(CONFIGURATIONS_MAX)),
  staff: v.nullable(v.looseObject({ id: text(128), name: v.nullable(text(512)) })),
  wifi: v.looseObject({ current: v.nullable(storedWifi), previous: v.nullable(storedWifi) }),
  volumePercent: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  locale: v.nullable(v.picklist(['zh-CN', 'en'])),
  refundPin: v.nullable(lockedSecret),
  managerCode: v.optional(v.nullable(lockedSecret), null),
  /** Every step is spoken. */
  guided: v.optional(v.boolean(), false),
  /** Of the upgrader: its own keys, kept as they are. */
  upgrade: v.record(v.string(), v.unknown()),
});

/** What is on disk. Secrets are sealed and base64. */
export type SettingsDocument = v.InferOutput<typeof schema>;

/** A shop configuration as it is on disk, its key sealed. */
export type StoredConfiguration = v.InferOutput<typeof storedConfiguration>;

/** A proven network as it is on disk, its passphrase sealed. */
export type StoredWifi = v.InferOutput<typeof storedWifi>;

/** `MIGRATIONS[n]` makes a document of version n + 1 into one of version n + 2. */
const MIGRATIONS: readonly ((document: Record<string, unknown>) => Record<string, unknown>)[] = [];

/** A terminal that was never configured. */
export function freshDocument(installationId: string): SettingsDocument {
  return {
    version: SETTINGS_VERSION,
    installationId,
    currentConfiguration: null,
    configurations: [],
    staff: null,
    wifi: { current: null, previous: null },
    volumePercent: 80,
    locale: null,
    refundPin: null,
    managerCode: null,
    guided: false,
    upgrade: {},
  };
}

/**
 * Brings what was read to this release's form. A newer document is taken as it is when it still fits.
 * @throws TerminalFailure `storage.corrupt` naming the keys that do not fit
 */
export function documentFrom(read: unknown): SettingsDocument {
  let document = read;
  if (
    typeof document === 'object' &&
    document !== null &&
    'version' in document &&
    typeof document.version === 'number'
  ) {
    for (const migrate of MIGRATIONS.slice(Math.max(0, document.version - 1)))
      document = migrate(document as Record<string, unknown>);
  }
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const keys = [...new Set(result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole document'))];
  throw new TerminalFailure('storage.corrupt', `the settings do not fit this release: ${keys.join(', ')}`);
}
