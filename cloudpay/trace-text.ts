import type { Secret } from '../domain/secret.ts';

const LOG_ID = /(?<!\\)"log_id"\s*:\s*"?(\d{1,20})/;
const CONTROL = /\p{Cc}+/gu;
/** A wallet's customer code: its prefix and 14 to 22 further digits (§5). */
const CUSTOMER_CODE = /(?<!\d)((?:1[0-5]|2[5-9]|30))\d{14,22}(?!\d)/g;
const DESCRIPTION_CHARACTERS_MAX = 255;

/** `log_id` as the text that was sent: JSON numbers lose digits above 2^53. */
export function logIdOf(contentText: string): string | null {
  return LOG_ID.exec(contentText)?.[1] ?? null;
}

/** Words from outside, fit for log and screen: one line, bounded, without the key and without customer codes. */
export function maskedText(text: string, key?: Secret): string {
  const line = text.slice(0, 4 * DESCRIPTION_CHARACTERS_MAX).replace(CONTROL, ' ');
  const withoutKey = key === undefined ? line : line.replaceAll(key.reveal(), '***');
  return withoutKey.replace(CUSTOMER_CODE, '$1***').slice(0, DESCRIPTION_CHARACTERS_MAX).trim();
}
