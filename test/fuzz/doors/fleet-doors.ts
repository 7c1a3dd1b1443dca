import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import type { BrokerConnection } from '../../../actors/fleet-link/broker-connection.ts';
import { CommandDesk, type Operations } from '../../../actors/fleet-link/command-desk.ts';
import { ConfigurationDesk } from '../../../actors/fleet-link/configuration-desk.ts';
import { Courier } from '../../../actors/fleet-link/courier.ts';
import { EventSource } from '../../../actors/fleet-link/event-source.ts';
import { FleetDesk } from '../../../actors/fleet-link/fleet-desk.ts';
import { FrameGuard, FRAME_BYTES_MAX } from '../../../actors/fleet-link/frame-guard.ts';
import { Outbox } from '../../../actors/fleet-link/outbox.ts';
import { ServiceTime } from '../../../actors/fleet-link/service-time.ts';
import { openFleetMemory } from '../../../config/fleet-memory.ts';
import type { JournalEntry } from '../../../domain/journal-record.ts';
import { decodeMessage, encodeMessage, PACKET_BYTES_MAX } from '../../../fleet/contract/codec.ts';
import { parseTopic, topicOf, UP_FAMILIES, type MessageFamily } from '../../../fleet/contract/topics.ts';
import { PacketGuard } from '../../../fleet/service/ingest/packet-guard.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import type { FuzzDoor } from '../door.ts';
import type { Mutator } from '../mutator.ts';

const VECTORS = fileURLToPath(new URL('../../fleet/contract/vectors', import.meta.url));
const TID = 't-0001';
/** The instant of the vectors: their commands are still to be carried out. */
const NOW_MS = 1_763_856_000_000;
const DOMAINS = ['https://pay.qcloud.com', 'https://sz.pay.qcloud.com'];
const EVENTS = 60;
const GZIP_BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024, 0x20));

interface Vector {
  readonly family: MessageFamily;
  readonly text: string;
}

const vectors: readonly Vector[] = globSync('{up,dn}-*.json', { cwd: VECTORS })
  .toSorted()
  .flatMap((name) => {
    const { family, valid, invalid } = JSON.parse(readFileSync(`${VECTORS}/${name}`, 'utf8')) as {
      readonly family: MessageFamily;
      readonly valid: readonly { readonly message: unknown }[];
      readonly invalid: readonly { readonly message: unknown }[];
    };
    return [...valid, ...invalid].map(({ message }) => ({ family, text: JSON.stringify(message) }));
  });
const downVectors = vectors.filter(({ family }) => family.startsWith('dn/'));
const upVectors = vectors.filter(({ family }) => family.startsWith('up/'));

/** A packet as somebody could send it: plain or compressed, damaged before or behind, or a bomb. */
function packetOf(text: string, mutator: Mutator): Uint8Array {
  const plain = mutator.next([Buffer.from(text, 'utf8')]);
  switch (mutator.below(8)) {
    case 0:
      return gzipSync(plain);
    case 1:
      return mutator.next([gzipSync(plain)]);
    case 2:
      return mutator.below(20) === 0 ? GZIP_BOMB : gzipSync(Buffer.from(mutator.nextJson(text), 'utf8'));
    case 3:
      return plain;
    default:
      return Buffer.from(mutator.nextJson(text), 'utf8');
  }
}

const entryAt = (seq: number): JournalEntry => ({ type: 'STOPPED', seq, at: NOW_MS });

/** The terminal's side of the link as it is wired, with hands that write down what they were made to do. */
async function openLink(done: { operation: string; args: unknown }[], errors: string[]) {
  const clock = new VirtualClock(NOW_MS);
  const disk = new SimulatedDisk();
  disk.makeFolder('/data');
  const memory = await openFleetMemory({ disk, folder: '/data/fleet' });
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: (_: object, what: string) => void errors.push(what) };
  const journal = {
    durableSeq: EVENTS,
    tail: (count: number) =>
      Array.from({ length: Math.min(count, EVENTS) }, (_, at) => entryAt(EVENTS - count + at + 1)),
  };
  const source = new EventSource(journal, { read: () => [], rest: silent });
  const monotonicMs = (): number => clock.monotonicMs();
  const outbox = new Outbox({ epoch: 'k3v9x2', source, acknowledged: 0, monotonicMs });
  const courier = new Courier(TID, () => desk.roomier());
  const time = new ServiceTime(clock);
  const does = (operation: string) => (args: unknown) => {
    done.push({ operation, args });
    return Promise.resolve({ ok: true as const, res: { of: operation } });
  };
  const names = ['snapshot', 'journal', 'domain-check', 'restart', 'reboot', 'volume', 'log-level', 'reconcile'];
  const operations = Object.fromEntries(names.map((name) => [name, does(name)])) as unknown as Operations;
  const desk: FleetDesk = new FleetDesk({
    ...{ tid: TID, sn: 'TILL_V1_000001', version: '0.1.0', boot: 1, clock, log, outbox, courier, time },
    commands: new CommandDesk({
      ...{ clock, log, memory, operations },
      nowMs: () => time.nowMs(),
      report: (report) => courier.send('up/cr', report),
    }),
    configuration: new ConfigurationDesk({
      ...{ clock, memory, allowedDomains: DOMAINS },
      apply: (document) => does('configuration')(document).then(silent),
      report: (report) => courier.send('up/cf', report),
    }),
    jobs: { current: null, take: (job) => void done.push({ operation: 'job', args: job }), lost: () => undefined },
    reading: () => ({ up: 0 }),
    rememberAcknowledged: silent,
  });
  return { clock, desk, outbox };
}

/** What a broker sends down: nothing gets past the desks but what the contract knows, and no uplink of ours breaks it. */
function downlinkDoor(): FuzzDoor {
  const connection: BrokerConnection = {
    publish({ topic, payload }, settled) {
      const family = parseTopic(topic)?.family;
      assert.ok(family !== undefined && decodeMessage(family, payload).ok, `an uplink that is not one: ${topic}`);
      settled(true);
    },
    close: () => Promise.resolve(),
  };
  return {
    name: 'fleet-downlink',
    corpus: downVectors.map(({ text }) => Buffer.from(text, 'utf8')),
    async feed(_input, mutator) {
      const done: { operation: string; args: unknown }[] = [];
      const errors: string[] = [];
      const { clock, desk, outbox } = await openLink(done, errors);
      desk.attach(connection);
      for (let packets = 1 + mutator.below(3); packets > 0; packets -= 1) {
        const { family, text } = mutator.oneOf(downVectors);
        const topic = Buffer.from(mutator.next([Buffer.from(topicOf(TID, family))])).toString('utf8');
        desk.receive(mutator.below(10) === 0 ? topic : topicOf(TID, family), packetOf(text, mutator));
        await pass(clock, 4000);
      }
      assert.equal(errors, []);
      assert.ok(outbox.acknowledged <= EVENTS, 'what was never written is acknowledged');
      for (const { operation, args } of done) judgeOperation(operation, args);
      desk.detach();
    },
  };
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  const until = clock.monotonicMs() + ms;
  for (;;) {
    for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
    const due = clock.nextDueMs;
    if (due === null || due > until) break;
    clock.runNext();
  }
  clock.runUntil(until);
}

/** The bounds of what a command or a wish may do, said once more without the contract's own schema. */
function judgeOperation(operation: string, args: unknown): void {
  assert.ok(typeof args === 'object' && args !== null && !Array.isArray(args));
  const fields = args as Readonly<Record<string, unknown>>;
  const isWithin = (value: unknown, least: number, most: number): boolean =>
    value === undefined || (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most);
  if (operation === 'volume') assert.ok(fields['percent'] !== undefined && isWithin(fields['percent'], 0, 100));
  if (operation === 'journal') assert.ok(isWithin(fields['count'], 1, 200));
  if (operation === 'snapshot') assert.ok(isWithin(fields['followMs'], 0, 900_000));
  if (operation !== 'configuration') return;
  assert.ok(isWithin(fields['volumePercent'], 0, 100));
  const domains = fields['domains'];
  if (domains === undefined) return;
  assert.ok(Array.isArray(domains) && domains.every((domain) => DOMAINS.includes(String(domain))));
}

/** What a terminal, or somebody with its certificate, sends up: a message of the contract comes out, or a word why not. */
function uplinkDoor(): FuzzDoor {
  return {
    name: 'fleet-uplink',
    corpus: upVectors.map(({ text }) => Buffer.from(text, 'utf8')),
    feed(_input, mutator) {
      const { family: own, text } = mutator.oneOf(upVectors);
      const family = mutator.below(10) === 0 ? mutator.oneOf(UP_FAMILIES) : own;
      const decoded = decodeMessage(family, packetOf(text, mutator));
      if (!decoded.ok) return assert.ok(decoded.why.length > 0 && decoded.why.length <= 512);
      let again: Uint8Array;
      try {
        again = encodeMessage(family, decoded.message);
      } catch (error) {
        // What came compressed may be longer than a packet when it is written out again.
        if (error instanceof RangeError) return;
        throw error;
      }
      const second = decodeMessage(family, again);
      assert.ok(second.ok, `what was read of ${family} cannot be read again`);
      assert.is(JSON.stringify(second.message), JSON.stringify(decoded.message));
    },
  };
}

/** One MQTT packet. */
function frameOf(type: number, body: Uint8Array, saidBytes = body.length): Uint8Array {
  const header = [type];
  let left = saidBytes;
  do {
    header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0 && header.length < 5);
  return Buffer.concat([Uint8Array.from(header), body]);
}

/** The longest packet that a stream announces, read again by other means. */
function longestAnnounced(stream: Uint8Array): number {
  let longest = 0;
  for (let at = 0; at < stream.length;) {
    let length = 0;
    let bytes = 0;
    for (let more = true; more && bytes < 4; bytes += 1) {
      const byte = stream[at + 1 + bytes];
      if (byte === undefined) return longest;
      length += (byte & 0x7f) * 128 ** bytes;
      more = byte >= 0x80;
    }
    longest = Math.max(longest, length);
    at += 1 + bytes + length;
  }
  return longest;
}

/** The bytes before anything parses them, on either side: a packet too long to read never gets through, however it is cut. */
function frameDoor(): FuzzDoor {
  const guards = (
    clock: VirtualClock,
  ): readonly { see(chunk: Uint8Array): string | null; readonly bytesMax: number }[] => {
    const service = new PacketGuard(clock);
    const terminal = new FrameGuard(() => clock.monotonicMs());
    return [
      { see: (chunk) => service.check(chunk), bytesMax: PACKET_BYTES_MAX + 1024 },
      { see: (chunk) => terminal.see(chunk), bytesMax: FRAME_BYTES_MAX },
    ];
  };
  return {
    name: 'fleet-frames',
    corpus: [frameOf(0x30, Buffer.from('\0\x05f/v1/{}'))],
    feed(_input, mutator) {
      const frames = Array.from({ length: 1 + mutator.below(6) }, () => {
        const body = mutator.next([Buffer.from(mutator.oneOf(vectors).text, 'utf8')]);
        const isLie = mutator.below(4) === 0;
        return frameOf(mutator.below(256), body, isLie ? mutator.below(2 ** 28) : body.length);
      });
      const whole = Buffer.concat(frames);
      const stream = mutator.below(2) === 0 ? whole : mutator.next([whole]);
      for (const { see, bytesMax } of guards(new VirtualClock())) {
        let complaint: string | null = null;
        for (let at = 0; at < stream.length && complaint === null;) {
          const end = at + 1 + mutator.below(mutator.below(2) === 0 ? 3 : 4096);
          complaint = see(stream.subarray(at, end));
          at = end;
        }
        if (complaint === null) assert.ok(longestAnnounced(stream) <= bytesMax, 'a packet too long got through');
      }
    },
  };
}

/** Topics: only the contract's own are taken apart, and they come together again. */
function topicDoor(): FuzzDoor {
  return {
    name: 'fleet-topics',
    corpus: vectors.map(({ family }) => Buffer.from(topicOf(TID, family), 'utf8')),
    bytesMax: 2048,
    feed(input) {
      const topic = Buffer.from(input).toString('utf8');
      const parsed = parseTopic(topic);
      if (parsed !== null) assert.is(topicOf(parsed.tid, parsed.family), topic);
    },
  };
}

/** The doors of the fleet link, on the terminal and in the service. */
export function fleetDoors(): FuzzDoor[] {
  return [downlinkDoor(), uplinkDoor(), frameDoor(), topicDoor()];
}
