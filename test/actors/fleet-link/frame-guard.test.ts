import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FRAME_BYTES_MAX, FrameGuard } from '../../../actors/fleet-link/frame-guard.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { CONNACK, message, remainingLength } from '../../support/hostile-broker.ts';

const test = suite('actors/fleet-link/frame-guard');

const PUBACK = Buffer.from([0x40, 2, 0, 1]);

function guard(): { readonly guard: FrameGuard; pass(ms: number): void } {
  let now = 0;
  return { guard: new FrameGuard(() => now), pass: (ms) => void (now += ms) };
}

test('packets of any size up to the bound pass, however the bytes are cut', () => {
  const random = new SeededRandom(3);
  const packets = [0, 1, 100, 127, 128, 16_383, 16_384, 60_000].map((size) =>
    message('f/v1/t/dn/cm', Buffer.alloc(size)),
  );
  const bytes = Buffer.concat([CONNACK, ...packets, PUBACK]);
  for (let round = 0; round < 50; round += 1) {
    const { guard: watch } = guard();
    for (let at = 0; at < bytes.length;) {
      const step = 1 + Math.floor(random.fraction() * (round === 0 ? 1 : 20_000));
      assert.is(watch.see(bytes.subarray(at, at + step)), null);
      at += step;
    }
  }
});

test('a packet above the bound is refused at its header, before a byte of its body', () => {
  const { guard: watch } = guard();
  const header = Buffer.concat([Buffer.from([0x30]), remainingLength(FRAME_BYTES_MAX + 1)]);
  assert.match(String(watch.see(header)), /a packet of \d+ bytes/);
  const { guard: other } = guard();
  assert.is(other.see(Buffer.concat([Buffer.from([0x30]), remainingLength(FRAME_BYTES_MAX)])), null);
});

test('a length without end is not MQTT', () => {
  const { guard: watch } = guard();
  assert.match(String(watch.see(Buffer.from([0x20, 0xff, 0xff, 0xff, 0xff]))), /does not speak MQTT/);
});

test('QoS 2, which nobody asked for and which would be kept in memory, is refused', () => {
  const { guard: watch } = guard();
  assert.match(String(watch.see(Buffer.from([0x34, 10]))), /QoS/);
});

test('a flood of messages, of other packets or of bytes ends; a calm broker with as many does not', () => {
  const small = message('f/v1/t/dn/ack', Buffer.from('{}'));
  const sent = (packet: Buffer, count: number, everyMs: number): number => {
    const { guard: watch, pass } = guard();
    for (let n = 0; n < count; n += 1) {
      if (watch.see(packet) !== null) return n;
      pass(everyMs);
    }
    return count;
  };
  assert.is(sent(small, 10_000, 0), 128);
  assert.is(sent(small, 10_000, 100), 10_000);
  assert.is(sent(PUBACK, 10_000, 0), 512);
  assert.is(sent(PUBACK, 10_000, 20), 10_000);
  const large = message('f/v1/t/dn/cf', Buffer.alloc(60_000));
  assert.ok(sent(large, 100, 0) <= 35);
  assert.is(sent(large, 100, 1000), 100);
});

test('random bytes are never thrown at anybody', () => {
  const random = new SeededRandom(4);
  for (let round = 0; round < 500; round += 1) {
    const { guard: watch } = guard();
    const said = watch.see(random.bytes(1 + Math.floor(random.fraction() * 400)));
    assert.ok(said === null || said.length > 0);
  }
});

test.run();
