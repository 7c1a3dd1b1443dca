import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { jsonProblem } from './json-bounds.ts';
import { MESSAGE_FAMILIES, type MessageOf } from './message-families.ts';
import type { MessageFamily } from './topics.ts';

/** A packet's payload, as it travels and inflated. */
export const PACKET_BYTES_MAX = 64 * 1024;
/** Longer payloads travel as gzip. */
export const GZIP_ABOVE_BYTES = 1024;

/**
 * What was wrong with a packet, for counters: its size, its gzip, its JSON, what a database cannot store, or the
 * schema.
 */
export type PacketProblem = 'too-large' | 'not-gzip' | 'not-json' | 'not-storable' | 'not-the-contract';

/** A message, or what is wrong with the packet: for counters (`code`) and for support (`why`, bounded, quotes no payload). */
export type Decoded<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly code: PacketProblem; readonly why: string };

const WHY_CHARACTERS_MAX = 512;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The packet of a message: JSON, gzip above 1 KiB.
 * @throws TypeError when the message does not fit its schema, RangeError when it is longer than a packet: bugs of the sender
 */
export function encodeMessage<Family extends MessageFamily>(family: Family, message: MessageOf[Family]): Uint8Array {
  const { schema } = MESSAGE_FAMILIES[family];
  const checked = v.safeParse(schema, message);
  if (!checked.success) throw new TypeError(`${family} does not fit the contract: ${problemsOf(checked.issues)}`);
  const problem = jsonProblem(message);
  if (problem !== null) throw new TypeError(`${family} cannot be sent: ${problem}`);
  const json = Buffer.from(JSON.stringify(message), 'utf8');
  if (json.length > PACKET_BYTES_MAX) {
    throw new RangeError(`${family} takes ${json.length} bytes; a packet holds ${PACKET_BYTES_MAX}`);
  }
  return json.length > GZIP_ABOVE_BYTES ? gzipSync(json) : json;
}

/** Reads a packet from the other side. Never throws; never inflates beyond the bound. */
export function decodeMessage<Family extends MessageFamily>(
  family: Family,
  packet: Uint8Array,
): Decoded<MessageOf[Family]> {
  const read = readJson(packet);
  if (!read.ok) return read;
  const { schema } = MESSAGE_FAMILIES[family];
  const checked = v.safeParse(schema, read.message);
  if (!checked.success) return refused('not-the-contract', `${family}: ${problemsOf(checked.issues)}`);
  return { ok: true, message: checked.output };
}

/** Bytes a message's JSON takes: what the bound of a packet counts. */
export function messageBytes(message: unknown): number {
  return Buffer.byteLength(JSON.stringify(message), 'utf8');
}

function readJson(packet: Uint8Array): Decoded<unknown> {
  if (packet.length > PACKET_BYTES_MAX) {
    return refused('too-large', `${packet.length} bytes; a packet holds ${PACKET_BYTES_MAX}`);
  }
  const inflated = isGzip(packet) ? inflate(packet) : ({ ok: true, message: packet } as const);
  if (!inflated.ok) return inflated;
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(inflated.message));
  } catch {
    // The parser's own words quote the payload.
    return refused('not-json', 'it is not JSON in UTF-8');
  }
  const problem = jsonProblem(value);
  return problem === null ? { ok: true, message: value } : refused('not-storable', problem);
}

/** JSON never starts with these bytes. */
function isGzip(packet: Uint8Array): boolean {
  return packet[0] === 0x1f && packet[1] === 0x8b;
}

function inflate(packet: Uint8Array): Decoded<Uint8Array> {
  try {
    return { ok: true, message: gunzipSync(packet, { maxOutputLength: PACKET_BYTES_MAX }) };
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    if (tooLarge) return refused('too-large', `it inflates beyond ${PACKET_BYTES_MAX} bytes`);
    return refused('not-gzip', 'it starts like gzip but does not inflate');
  }
}

function refused(code: PacketProblem, why: string): { readonly ok: false; code: PacketProblem; why: string } {
  return { ok: false, code, why: why.slice(0, WHY_CHARACTERS_MAX) };
}

/** Names the keys and what was expected, not what stood there. */
function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .map((issue) => `${(v.getDotPath(issue) ?? 'the whole').slice(0, 80)}: expected ${issue.expected ?? issue.type}`)
    .join('; ');
}
