import * as v from 'valibot';

/** Largest whole number of the contract: what JSON and a database's bigint both hold exactly. */
const WHOLE_MAX = Number.MAX_SAFE_INTEGER;
/** The last instant a date can show. */
const INSTANT_MS_MAX = 8_640_000_000_000_000;

/** A terminal's id: certificate common name, user name, client id and one level of a topic. */
export const TERMINAL_ID = /^[A-Za-z0-9_-]{1,48}$/;

/** Text of at most `most` UTF-16 units. */
export const text = (most: number, what: string) => v.pipe(v.string(), v.maxLength(most), v.description(what));

/** Text that names something: letters, digits and a few marks, never empty. */
export const token = (most: number, what: string) =>
  v.pipe(v.string(), v.maxLength(most), v.regex(new RegExp(`^[A-Za-z0-9_.:+/-]{1,${most}}$`)), v.description(what));

/** A whole number that a database's bigint holds too. */
export const whole = (what: string, least = 0, most = WHOLE_MAX) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.description(what));

/** A measure; never infinite, never without a bound. */
export const measure = (what: string, least: number, most: number) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most), v.description(what));

/** An instant in epoch ms, within what a date can show. */
export const instantMs = (what: string) => whole(what, 0, INSTANT_MS_MAX);

/** A whole percentage, 0 to 100. */
export const percent = (what: string) => whole(what, 0, 100);

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = (what: string) => v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.description(what));

/** The journal's epoch: an opaque name, compared only for equality. */
export const epoch = v.pipe(
  v.string(),
  v.regex(/^[0-9a-z]{1,32}$/),
  v.description(
    'Epoch: names one life of the journal, new on reflash. Opaque: compared for equality, never for order.',
  ),
);

/** Sequence of an event in its epoch; the first is 1, 0 means none. */
export const sequence = whole('Sequence: counts up from 1 without a gap in one epoch; 0 means none.');

/** Which life of the process in an epoch: orders deaths and telemetries against births. */
export const boot = whole('Boot counter: counts up with every start of the process in one epoch.');

/** The sender's wall clock, which may be wrong: for people and for comparing clocks, never for order. */
export const sentAt = instantMs('When it was sent, by the sender’s wall clock, epoch ms.');
/** Message, command or job ids: UUIDs, ULIDs and the like. */
export const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/), v.description('Id, chosen by the sender.'));

/** Reason for a person to read, at most 512 UTF-16 units. */
export const why = text(512, 'Why, in words for a person; never a secret.');

const KEY_CHARACTERS_MAX = 64;

const isObjectOf = (most: number) => (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= most &&
  Object.keys(value).every((key) => key.length <= KEY_CHARACTERS_MAX);

/** Any JSON object of at most `most` keys, never a list. Depth and size are the codec's to bound. */
export const anyObject = (most: number, what: string) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isObjectOf(most), `an object of at most ${most} keys was expected`),
    v.description(what),
  );
