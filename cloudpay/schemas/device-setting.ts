import * as v from 'valibot';
import { absent, IntegerSchema, TextSchema } from './wire.ts';

const PRINTABLE = /^[^\p{Cc}]*$/u;
const bounded = (bytes: number, least = 0) =>
  v.pipe(
    TextSchema,
    v.maxBytes(bytes, `must be at most ${bytes} bytes`),
    v.minLength(least, 'must not be empty'),
    v.regex(PRINTABLE, 'must not hold control characters'),
  );
const merchantNumber = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,32}$/, 'must be 1 to 32 printable characters'));

/** The fields that a configuration QR yields (§7.2); messages name what was wrong, never a value. */
export const DeviceSettingSchema = v.object({
  out_mch_id: merchantNumber,
  out_sub_mch_id: merchantNumber,
  out_shop_id: merchantNumber,
  cloud_cashier_id: v.pipe(TextSchema, v.regex(/^[0-9A-Za-z]{1,14}$/, 'must be 1 to 14 digits or letters')),
  authen_type: v.pipe(IntegerSchema, v.value(1, 'must be 1')),
  authen_key: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{32}$/, 'must be exactly 32 characters')),
  shop_name: bounded(128),
  device_id: bounded(64, 1),
  device_name: bounded(128),
  staff_id: absent(bounded(64)),
  staff_name: absent(bounded(128)),
});

/** The fields of a configuration, as they came. */
export type DeviceSetting = v.InferOutput<typeof DeviceSettingSchema>;

/** The two documented shapes: fields at the top level, or inside `use_device_setting`. The status stands outside in both. */
export const DeviceSettingAnswerSchema = v.looseObject({
  use_device_setting: absent(v.looseObject({})),
});
