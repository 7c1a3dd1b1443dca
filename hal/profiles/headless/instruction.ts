import * as v from 'valibot';

import { KEYS } from '../../../domain/screen.ts';

const WIFI_NETWORKS_MAX = 64;

/** The size of an SSID is counted in bytes. */
const ssid = v.pipe(
  v.string(),
  v.check((text) => text.length > 0 && Buffer.byteLength(text) <= 32, 'must have 1 to 32 bytes'),
);

/** A network in reach of the simulated radio; no passphrase, null or an empty one: an open network. */
export const networkInReach = v.object({
  ssid,
  passphrase: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(128, 'may have at most 128 characters')))),
});

const instruction = v.variant('do', [
  v.object({ do: v.literal('key'), key: v.picklist(KEYS) }),
  v.object({ do: v.literal('scan'), text: v.string() }),
  v.object({ do: v.literal('printer'), state: v.picklist(['ok', 'out-of-paper', 'unplugged']) }),
  v.object({
    do: v.literal('wifi'),
    networks: v.pipe(
      v.array(networkInReach),
      v.maxLength(WIFI_NETWORKS_MAX, `may have at most ${WIFI_NETWORKS_MAX} entries`),
    ),
  }),
  v.object({ do: v.literal('dump') }),
  v.object({ do: v.literal('exit') }),
]);

/** One line of the headless interface's input. */
export type Instruction = v.InferOutput<typeof instruction>;

/**
 * Reads one line of input. The reason of a refusal names the field and what may stand there, never the value: a scan may be
 * a customer's code, a network has a passphrase.
 */
export function readInstruction(line: string): Instruction | { readonly refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { refused: 'not a JSON object on one line' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { refused: 'not a JSON object on one line' };
  const result = v.safeParse(instruction, value);
  if (result.success) return result.output;
  return { refused: result.issues.map((issue) => describeIssue(issue)).join('; ') };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue) ?? 'line';
  return issue.kind === 'schema'
    ? `"${field}" must be ${issue.expected ?? 'something else'}`
    : `"${field}" ${issue.message}`;
}
