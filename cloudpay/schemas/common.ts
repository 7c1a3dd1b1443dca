import * as v from 'valibot';
import { absent, IntegerSchema } from './wire.ts';

/** What every response content begins with (§3.1). `Internal_status` is how the list pages of 2019 spell it. */
export const CommonSchema = v.object({
  status: IntegerSchema,
  description: absent(v.string()),
  internal_status: absent(IntegerSchema),
  Internal_status: absent(IntegerSchema),
});
