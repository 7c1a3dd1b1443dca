import * as v from 'valibot';

/** A whole number in a query string. */
export const queryNumber = (most: number, what: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, 'a whole number was expected'),
    v.transform(Number),
    v.number(),
    v.maxValue(most),
    v.description(what),
  );

const LIMIT_DEFAULT = '50';

/** Lines of a page. */
export const queryLimit = (most = 200) =>
  v.optional(queryNumber(most, `Lines of the page, at most ${most}.`), LIMIT_DEFAULT);

/** A text in a query string, at most `most` UTF-16 units. */
export const queryText = (most: number, what: string) => v.pipe(v.string(), v.maxLength(most), v.description(what));

/** Where the page before ended: its `next`. */
export const queryCursor = v.optional(queryText(512, 'The `next` of the page before; absent: from the start.'));

/** A terminal's id in a body. */
export const bodyTid = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,48}$/));
