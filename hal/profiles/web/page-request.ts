import * as v from 'valibot';

import { KEYS } from '../../../domain/screen.ts';
import { SCAN_TEXT_MAX } from '../../scanner/contract.ts';

const ssid = v.pipe(
  v.string(),
  v.check((text) => text.length > 0 && Buffer.byteLength(text) <= 32, 'must have 1 to 32 bytes'),
);

/** What a page may ask for, by path below `/api/`. */
export const PAGE_REQUESTS = {
  key: v.object({ key: v.picklist(KEYS) }),
  scan: v.object({
    text: v.pipe(
      v.string(),
      v.minLength(1, 'is empty'),
      v.maxLength(SCAN_TEXT_MAX, `may have at most ${SCAN_TEXT_MAX} characters`),
    ),
  }),
  printer: v.object({ state: v.picklist(['ok', 'out-of-paper', 'unplugged']) }),
  wifi: v.variant('do', [
    v.object({
      do: v.literal('add'),
      ssid,
      passphrase: v.pipe(v.string(), v.maxLength(128, 'may have at most 128 characters')),
    }),
    v.object({ do: v.literal('remove'), ssid }),
  ]),
  spoken: v.object({ id: v.pipe(v.number(), v.integer('must be a whole number')) }),
} as const;

/** What each request of a page carries, by its path. */
export type PageRequests = { [Path in keyof typeof PAGE_REQUESTS]: v.InferOutput<(typeof PAGE_REQUESTS)[Path]> };

/** Reads one request's body; a refusal names the field, never the value. */
export function readPageRequest<Path extends keyof PageRequests>(
  path: Path,
  body: unknown,
): PageRequests[Path] | { readonly refused: string } {
  const result = v.safeParse(PAGE_REQUESTS[path], body);
  if (result.success) return result.output as PageRequests[Path];
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? 'body';
  return {
    refused:
      issue.kind === 'schema'
        ? `"${field}" must be ${issue.expected ?? 'something else'}`
        : `"${field}" ${issue.message}`,
  };
}
