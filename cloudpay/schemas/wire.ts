import * as v from 'valibot';

const SAFE_INTEGER_TEXT = /^-?\d{1,16}$/;

/** An integer that JSON carries as a number or as digits (§10, 15); outside the safe range digits would be lost, so it is refused. */
export const IntegerSchema = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(SAFE_INTEGER_TEXT), v.transform(Number))]),
  v.safeInteger(),
);

/** A count, an amount in fen or a time in Unix seconds. */
export const NaturalSchema = v.pipe(IntegerSchema, v.minValue(0));

/** Text that some editions send as a number. */
export const TextSchema = v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))]);

/** A flag; 0 and 1 are taken too. */
export const FlagSchema = v.union([
  v.boolean(),
  v.pipe(
    v.picklist([0, 1]),
    v.transform((value) => value === 1),
  ),
]);

/** A key that may be missing or null. */
export function absent<Schema extends v.GenericSchema>(schema: Schema) {
  return v.nullish(schema);
}

/** One object or an array of them: the documents' tables and live answers disagree (§10, 14 and 22). Gives an array. */
export function oneOrMany<Schema extends v.GenericSchema>(schema: Schema) {
  return v.union([
    v.array(schema),
    v.pipe(
      schema,
      v.transform((value) => [value]),
    ),
  ]);
}
