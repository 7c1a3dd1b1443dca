import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMessage, encodeMessage } from '../../../fleet/contract/codec.ts';
import { SnapshotJoiner, snapshotParts } from '../../../fleet/contract/snapshot-parts.ts';
import type { TerminalSnapshot } from '../../../fleet/contract/snapshot.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';

const parts = suite('fleet/contract/snapshot-parts');

const random = new SeededRandom(6);
/** Noise does not shrink, so that several parts are needed. */
const noise = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64');

const snapshotOf = (noiseBytes: number): TerminalSnapshot => ({
  at: 1,
  sw: '1.4.0',
  e: 'k3v9x2',
  b: 7,
  actors: { terminal: { machine: 'terminal', state: { cashier: 'running' }, context: { noise: noise(noiseBytes) } } },
  transitions: [{ n: 1, t: 1, a: 'cashier', m: 'cashier', ev: 'key.digit', st: 'amount' }],
  journal: [{ s: 1, t: 1, type: 'BOOT', d: { boot: 7 } }],
  openOrders: ['pos1'],
  openRefunds: [],
});

const joinerOf = (sent: ReturnType<typeof snapshotParts>): SnapshotJoiner => {
  const [first, ...rest] = sent;
  if (first === undefined) throw new Error('a snapshot has at least one part');
  const joiner = new SnapshotJoiner(first);
  for (const part of rest) joiner.add(part);
  return joiner;
};

parts('a snapshot of any size travels in packets and comes back whole, in any order and repeated', () => {
  for (const size of [0, 10_000, 100_000, 900_000]) {
    const snapshot = snapshotOf(size);
    const sent = snapshotParts('c1', snapshot).map((part) => {
      const read = decodeMessage('up/sn', encodeMessage('up/sn', part));
      if (!read.ok) throw new Error(read.why);
      return read.message;
    });
    if (size >= 100_000) assert.ok(sent.length > 1);
    assert.equal(joinerOf([...sent, ...sent].toReversed()).join(), { ok: true, snapshot });
  }
});

parts('a snapshot that is too large is not cut into parts', () => {
  assert.throws(() => snapshotParts('c1', snapshotOf(4_000_000)), /4194304 are allowed/);
});

parts('a missing, foreign or changed part is named and never taken for a snapshot', () => {
  const sent = snapshotParts('c1', snapshotOf(100_000));
  const missing = joinerOf(sent.slice(1));
  assert.not.ok(missing.complete);
  assert.equal(missing.join(), { ok: false, why: '1 parts are missing' });
  const [foreign] = snapshotParts('c1', snapshotOf(10));
  assert.not.ok(joinerOf(sent).add(foreign as (typeof sent)[0]));
  const changed = sent.map((part, i) => (i === 1 ? { ...part, data: `AAAA${part.data.slice(4)}` } : part));
  assert.equal(joinerOf(changed).join(), { ok: false, why: 'the parts do not add up to their hash' });
});

parts('parts that add up to something else are refused', () => {
  const [part] = snapshotParts('c1', { ...snapshotOf(10), at: -1 });
  const joined = joinerOf(part === undefined ? [] : [part]).join();
  assert.equal(joined, { ok: false, why: 'not a snapshot: at' });
});

parts.run();
