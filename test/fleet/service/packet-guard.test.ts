import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PacketGuard } from '../../../fleet/service/ingest/packet-guard.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';

const guard = suite('fleet/service/ingest/packet-guard');

/** A PUBLISH of QoS 0: type, length in groups of seven bits, topic, payload. */
function publish(payloadBytes: number): Buffer {
  const topic = Buffer.from('f/v1/a/up/tm');
  const body = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.alloc(payloadBytes, 7)]);
  const length: number[] = [];
  for (let left = body.length; length.length === 0 || left > 0; left = Math.floor(left / 128)) {
    length.push((left % 128) + (left >= 128 ? 128 : 0));
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

guard('packets of any allowed length pass, however the bytes are cut', () => {
  const bytes = Buffer.concat([0, 1, 100, 127, 128, 20_000, 65_536].map(publish));
  for (const cut of [1, 2, 3, 7, 1000, bytes.length]) {
    const one = new PacketGuard(new VirtualClock());
    for (let at = 0; at < bytes.length; at += cut) assert.is(one.check(bytes.subarray(at, at + cut)), null);
  }
});

guard('a length above the bound ends the connection before its payload comes', () => {
  const one = new PacketGuard(new VirtualClock());
  assert.is(one.check(publish(70_000).subarray(0, 5)), 'packet-too-large');
});

guard('a flood ends the connection; the same packets over a longer time do not', () => {
  const limits = { packetsBurst: 10, packetsPerSecond: 10, bytesBurst: 10_000, bytesPerSecond: 10_000 };
  const hasty = new PacketGuard(new VirtualClock(), limits);
  const verdicts = Array.from({ length: 12 }, () => hasty.check(publish(10)));
  assert.equal(verdicts.slice(9, 11), [null, 'flood']);
  const clock = new VirtualClock();
  const calm = new PacketGuard(clock, limits);
  for (let i = 0; i < 100; i++) {
    clock.advance(100);
    assert.is(calm.check(publish(10)), null);
  }
});

guard.run();
