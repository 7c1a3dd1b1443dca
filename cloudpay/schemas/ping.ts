import * as v from 'valibot';
import { absent, IntegerSchema } from './wire.ts';

/** The answer of /cpay/ping (§7.1): no envelope, no authentication code. */
export const PingAnswerSchema = v.object({ status: IntegerSchema, timestamp: v.fallback(absent(IntegerSchema), null) });
