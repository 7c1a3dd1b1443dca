import { resolve } from 'node:path';
import * as v from 'valibot';

const path = (what: string) =>
  v.optional(
    v.nullable(
      v.pipe(
        v.string('must be a path'),
        v.minLength(1, 'must be a path, not empty'),
        v.maxLength(4096, 'must have at most 4096 characters'),
        v.description(what),
      ),
    ),
    null,
  );

const wholeNumber = (least: number, most: number, what: string) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
    v.description(what),
  );

/** Keys of the section `upgrade`. */
export const upgradeKeys = {
  folder: path(
    'Folder with the boot record and, for `slots`, the launcher’s slots. Unset: no upgrades. With `slots` the launcher must have started the terminal.',
  ),
  installer: v.optional(
    v.pipe(
      v.picklist(['slots', 'rauc'], 'must be slots or rauc'),
      v.description('`slots`: the program, in the launcher’s two folders. `rauc`: the whole system, by RAUC.'),
    ),
    'slots',
  ),
  rebootProgram: v.optional(
    v.pipe(
      v.string('must be a path'),
      v.regex(/^\/[^\0]{1,4095}$/, 'must be an absolute path'),
      v.description('With `rauc`: what restarts the machine once the terminal has stopped in order.'),
    ),
    '/sbin/reboot',
  ),
  url: v.optional(
    v.nullable(
      v.pipe(
        v.string('must be a URL'),
        v.maxLength(2048, 'must have at most 2048 characters'),
        v.regex(
          /^https:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~/-]*)?$/,
          'must be https://host/path, without user or query',
        ),
        v.description('The repository of releases. Unset: never on-line.'),
      ),
    ),
    null,
  ),
  caFile: path('CA of that server (PEM); otherwise those of the system.'),
  media: path('Folder with a copy of the repository, e.g. where a stick is mounted, for terminals without network.'),
  rootFile: path('The root metadata that the box was delivered with; required with `upgrade.folder`.'),
  hardware: v.optional(
    v.nullable(
      v.pipe(
        v.string('must be text'),
        v.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must have 1 to 64 letters, digits, -, _ or .'),
        v.description('Which releases are for this box. Unset: VENDOR_MODEL of the serial number.'),
      ),
    ),
    null,
  ),
  check: v.optional(
    v.pipe(
      v.picklist(['alone', 'always', 'never'], 'must be alone, always or never'),
      v.description(
        'Whether the terminal looks for releases by itself: `alone` when it belongs to no fleet, `always` also past the campaigns of its fleet, `never` only when asked.',
      ),
    ),
    'alone',
  ),
  checkMs: v.optional(wholeNumber(1000, 604_800_000, 'Between two such looks at the server.'), 21_600_000),
  bytesPerSecond: v.optional(
    v.nullable(wholeNumber(1024, 1_000_000_000, 'Of the shop’s line that a download may take. Unset: all.')),
    null,
  ),
  window: v.optional(
    v.nullable(
      v.pipe(
        v.string('must be a time span'),
        v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be like 02:00-05:00'),
        v.description(
          'Shop time in which the terminal may restart by itself, when nobody is served. Unset: at any time.',
        ),
      ),
    ),
    null,
  ),
  soakMs: v.optional(
    wholeNumber(0, 86_400_000, 'How long a new release must run after its self-test before it is kept.'),
    60_000,
  ),
  laterMs: v.optional(wholeNumber(1000, 86_400_000, 'How long "later" puts the restart off.'), 3_600_000),
  laterTimes: v.optional(
    wholeNumber(0, 100, 'How often the cashier may say "later" to one release; after a job’s deadline never.'),
    3,
  ),
};

type UpgradeKeys = Readonly<v.InferOutput<v.ObjectSchema<typeof upgradeKeys, undefined>>>;

/** The keys with absolute paths. */
export function withAbsoluteUpgradePaths(upgrade: UpgradeKeys, directory: string): UpgradeKeys {
  const absolute = (file: string | null): string | null => (file === null ? null : resolve(directory, file));
  const { folder, caFile, media, rootFile } = upgrade;
  return {
    ...upgrade,
    folder: absolute(folder),
    caFile: absolute(caFile),
    media: absolute(media),
    rootFile: absolute(rootFile),
  };
}

/** Between two looks that the terminal takes by itself; null: it takes none. */
export function ownCheckMs({ check, checkMs, url }: UpgradeKeys, isInFleet: boolean): number | null {
  const looks = check === 'always' || (check === 'alone' && !isInFleet);
  return url !== null && looks ? checkMs : null;
}

/** What in the keys, each right by itself, does not fit together. */
export function upgradeProblems({ folder, url, media, rootFile }: UpgradeKeys): string[] {
  if (folder === null) {
    return url === null && media === null ? [] : ['upgrade.folder: is required with upgrade.url and upgrade.media'];
  }
  return rootFile === null ? ['upgrade.rootFile: is required with upgrade.folder'] : [];
}

/** Minutes after midnight; null: at any time. */
export function windowOf({ window }: Pick<UpgradeKeys, 'window'>): { from: number; to: number } | null {
  if (window === null) return null;
  const [from = 0, to = 0] = window.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { from, to };
}

/** `VENDOR_MODEL` of `VENDOR_MODEL_serial`. */
export function hardwareOf({ hardware }: Pick<UpgradeKeys, 'hardware'>, sn: string): string {
  return hardware ?? sn.split('_').slice(0, 2).join('_');
}
