import * as v from 'valibot';
import { IntegerSchema } from './wire.ts';

/** The outer layer of an answer (§2.1). `authen_info` is either absent or complete: a half one is no envelope. */
export const AnswerEnvelopeSchema = v.object({
  response_content: v.pipe(v.string(), v.nonEmpty()),
  authen_info: v.optional(
    v.object({
      a: v.object({
        authen_type: v.pipe(IntegerSchema, v.value(1)),
        authen_code: v.pipe(v.string(), v.maxLength(2048)),
      }),
    }),
  ),
});
