import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson, documentHash } from '../../../fleet/contract/canonical-json.ts';
import { decodeMessage, encodeMessage, GZIP_ABOVE_BYTES, PACKET_BYTES_MAX } from '../../../fleet/contract/codec.ts';
import type { MessageOf } from '../../../fleet/contract/message-families.ts';
import {
  DOWN_FAMILIES,
  parseTopic,
  serviceSubscription,
  terminalSubscription,
  topicOf,
  UP_FAMILIES,
  type MessageFamily,
} from '../../../fleet/contract/topics.ts';

/**
 * The contract against its vectors. `vectors/*.json` is plain data: an implementation in another language passes when it decides every
 * vector as it is written there.
 */
const conformance = suite('fleet/contract/conformance');

const FOLDER = fileURLToPath(new URL('./vectors', import.meta.url));
const read = <Content>(name: string): Content => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Content;

interface FamilyVectors {
  readonly family: MessageFamily;
  readonly valid: readonly { readonly name: string; readonly message: MessageOf[MessageFamily] }[];
  readonly invalid: readonly { readonly name: string; readonly message: unknown }[];
}

interface Repeated {
  readonly head: string;
  readonly fill: string;
  readonly tail: string;
  readonly bytes: number;
}

interface PacketVector {
  readonly name: string;
  readonly packet?: string;
  readonly repeat?: Repeated;
  readonly code?: string;
}

const packetOf = ({ packet, repeat }: PacketVector): Buffer => {
  if (repeat === undefined) return Buffer.from(packet ?? '', 'base64');
  const { head, fill, tail, bytes } = repeat;
  return Buffer.from(head + fill.repeat(bytes - head.length - tail.length) + tail, 'utf8');
};

const families = globSync('{up,dn}-*.json', { cwd: FOLDER }).map((name) => read<FamilyVectors>(name));

conformance('every family has vectors, good and bad', () => {
  const found = families.map(({ family }) => family).toSorted();
  assert.equal(found, [...UP_FAMILIES, ...DOWN_FAMILIES].toSorted());
  for (const { valid, invalid } of families) assert.ok(valid.length > 0 && invalid.length > 0);
});

for (const { family, valid, invalid } of families) {
  for (const { name, message } of valid) {
    conformance(`${family} takes: ${name}`, () => {
      const packet = encodeMessage(family, message);
      assert.ok(packet.length <= PACKET_BYTES_MAX);
      // Whole again, fields that this version does not know included.
      assert.equal(decodeMessage(family, packet), { ok: true, message });
      assert.equal(decodeMessage(family, Buffer.from(JSON.stringify(message))), { ok: true, message });
      assert.equal(decodeMessage(family, gzipSync(JSON.stringify(message))), { ok: true, message });
    });
  }
  for (const { name, message } of invalid) {
    conformance(`${family} refuses: ${name}`, () => {
      const decoded = decodeMessage(family, Buffer.from(JSON.stringify(message)));
      assert.is(decoded.ok ? 'taken' : decoded.code, 'not-the-contract');
      assert.throws(() => encodeMessage(family, message as MessageOf[MessageFamily]), /does not fit the contract/);
    });
  }
}

const packets = read<{ family: MessageFamily; accepted: PacketVector[]; refused: PacketVector[] }>('packets.json');

for (const vector of packets.accepted) {
  conformance(`a packet is taken: ${vector.name}`, () => {
    const decoded = decodeMessage(packets.family, packetOf(vector));
    assert.ok(decoded.ok);
    assert.equal({ ...decoded.message, x: undefined }, { e: 'k3v9x2', s: 42, x: undefined });
  });
}

for (const vector of packets.refused) {
  conformance(`a packet is refused: ${vector.name}`, () => {
    const decoded = decodeMessage(packets.family, packetOf(vector));
    assert.is(decoded.ok ? 'taken' : decoded.code, vector.code);
    assert.ok(!decoded.ok && decoded.why.length > 0 && decoded.why.length <= 512);
  });
}

conformance('a message above 1 KiB travels as gzip, a shorter one as JSON, and one above 64 KiB not at all', () => {
  const ack = (x: string) => ({ e: 'k3v9x2', s: 1, x });
  const bare = JSON.stringify(ack('')).length;
  assert.is(encodeMessage('dn/ack', ack('y'.repeat(GZIP_ABOVE_BYTES - bare)))[0], '{'.charCodeAt(0));
  const longer = encodeMessage('dn/ack', ack('y'.repeat(GZIP_ABOVE_BYTES - bare + 1)));
  assert.equal([...longer.subarray(0, 2)], [0x1f, 0x8b]);
  assert.throws(() => encodeMessage('dn/ack', ack('y'.repeat(PACKET_BYTES_MAX))), /a packet holds 65536/);
  assert.throws(() => encodeMessage('dn/ack', ack('\0')), /zero character/);
});

conformance('a key that would reach a prototype changes nobody', () => {
  const decoded = decodeMessage(
    'dn/cm',
    Buffer.from('{"__proto__":{"polluted":1},"id":"a","op":"b","exp":1,"by":"c"}'),
  );
  assert.ok(decoded.ok);
  assert.is((decoded.message as Record<string, unknown>)['polluted'], undefined);
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

const topics = read<{ topics: { topic: string; tid: string; family: MessageFamily }[]; foreign: string[] }>(
  'topics.json',
);

conformance('topics are built and taken apart', () => {
  for (const { topic, tid, family } of topics.topics) {
    assert.is(topicOf(tid, family), topic);
    assert.equal(parseTopic(topic), { tid, family });
  }
  for (const topic of topics.foreign) assert.is(parseTopic(topic), null, topic);
  assert.is(terminalSubscription('t-0001'), 'f/v1/t-0001/dn/#');
  assert.is(serviceSubscription(), 'f/v1/+/up/#');
  assert.is(serviceSubscription('ingest'), '$share/ingest/f/v1/+/up/#');
  for (const tid of ['', 'a/b', '+', '#', 'x'.repeat(49), 'ü']) {
    assert.throws(() => topicOf(tid, 'up/st'), /terminal id/);
    assert.throws(() => terminalSubscription(tid), /terminal id/);
  }
});

conformance('both sides hash a document alike', () => {
  const { documents } = read<{ documents: { document: unknown; json: string; sha256: string }[] }>(
    'canonical-json.json',
  );
  for (const { document, json, sha256 } of documents) {
    assert.is(canonicalJson(document), json);
    assert.is(documentHash(document), sha256);
  }
});

conformance.run();
