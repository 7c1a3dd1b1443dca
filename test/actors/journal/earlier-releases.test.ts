import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalFact } from '../../../domain/journal-record.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { all, durably, FOLDER, open } from './journal-world.ts';

/**
 * Journals as earlier releases wrote them, one for each schema that was ever in a shop: every later release reads them, and goes on in
 * them. (What a newer release writes is kept unread by an older one: that is in the journal's own test.) A new kind of fact or a new
 * field goes into a new fixture: `TILL_RECORD_JOURNAL=schema-2 node test/actors/journal/earlier-releases.test.ts` records it. Those that
 * are there are never changed.
 */
const test = suite('actors/journal/earlier-releases');

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const SEGMENT = `${FOLDER}/000001.seg`;

/** One of each kind; a new kind makes this fail to compile until it is recorded. */
const FACTS: { readonly [Type in JournalFact['type']]: Extract<JournalFact, { type: Type }> } = {
  BOOT: { type: 'BOOT', boot: 1, version: '1.0.0' },
  FLEET_EPOCH: { type: 'FLEET_EPOCH', epoch: '00112233aabbccdd' },
  CONFIGURED: { type: 'CONFIGURED', configuration: 'c1', outShopId: 's1', deviceId: 'dev-1', orderPrefix: '01' },
  COUNTER_BLOCK: { type: 'COUNTER_BLOCK', until: 1000 },
  ORDER_INTENT: {
    ...{ type: 'ORDER_INTENT', order: '0100000000000001', amountFen: 2, platform: 'wechat', codeHash: 'ab'.repeat(32) },
    ...{ configuration: 'c1', staffId: '1001', windowEndsAtMs: 1_700_000_120_000 },
  },
  ORDER_RESULT: {
    ...{ type: 'ORDER_RESULT', order: '0100000000000001', outcome: 'paid', reason: '', transactionId: 't1' },
    ...{ paidAtMs: 1_700_000_001_000, late: false },
  },
  TOLD: { type: 'TOLD', job: 'j1', channel: 'voice', order: '0100000000000001', refund: null },
  ORDER_SEEN: {
    ...{ type: 'ORDER_SEEN', order: '0100000000000001', amountFen: 2, platform: 'wechat', state: 'paid' },
    refundedFen: null,
  },
  REFUND_INTENT: {
    ...{ type: 'REFUND_INTENT', refund: 'r1', order: '0100000000000001', orderFen: 2, refundFen: 1 },
    ...{ platform: 'wechat', configuration: 'c1', staffId: '1001' },
  },
  REFUND_RESULT: { type: 'REFUND_RESULT', refund: 'r1', order: '0100000000000001', outcome: 'accepted', reason: '' },
  SHIFT_CLOSED: { type: 'SHIFT_CLOSED', shift: 1, staffId: '1001', unresolvedCount: 0, unresolvedFen: 0 },
  UPGRADE: { type: 'UPGRADE', step: 'rolled-back', version: '1.0.0', reason: 'gateway', why: 'no domain answers' },
  CRASHED: { type: 'CRASHED', reason: 'a crash' },
  STOPPED: { type: 'STOPPED' },
};

const recording = process.env['TILL_RECORD_JOURNAL'];
if (recording !== undefined && !existsSync(join(FIXTURES, `${recording}.seg.gz`))) {
  const disk = new SimulatedDisk();
  const { journal } = open(disk);
  durably(journal, ...Object.values(FACTS));
  mkdirSync(FIXTURES, { recursive: true });
  writeFileSync(join(FIXTURES, `${recording}.seg.gz`), gzipSync(disk.read(SEGMENT), { level: 9 }));
  writeFileSync(join(FIXTURES, `${recording}.json`), `${JSON.stringify(all(journal), null, 1)}\n`);
  journal.close();
}

const schemas = readdirSync(FIXTURES).flatMap((name) =>
  name.endsWith('.seg.gz') ? [name.replace('.seg.gz', '')] : [],
);

function recorded(schema: string): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.makeFolder(FOLDER);
  const file = disk.open(SEGMENT);
  file.write(gunzipSync(readFileSync(join(FIXTURES, `${schema}.seg.gz`))), 0);
  file.sync();
  file.close();
  disk.syncFolder(FOLDER);
  return disk;
}

test('every kind of fact that this release writes is in the newest recorded journal', () => {
  const newest = schemas.toSorted().at(-1) ?? '';
  const kinds = (JSON.parse(readFileSync(join(FIXTURES, `${newest}.json`), 'utf8')) as JournalFact[]).map(
    ({ type }) => type,
  );
  assert.equal(new Set(kinds), new Set(Object.keys(FACTS)));
});

for (const schema of schemas) {
  test(`the journal of ${schema} is read to the last field, and goes on`, () => {
    const expected = JSON.parse(readFileSync(join(FIXTURES, `${schema}.json`), 'utf8')) as object[];
    const disk = recorded(schema);
    const first = open(disk);
    assert.equal(all(first.journal), expected);
    assert.not.ok(first.entries.some((entry) => 'unknown' in entry));
    const [added] = durably(first.journal, { type: 'BOOT', boot: 2, version: '9.0.0' });
    first.journal.close();
    assert.equal(all(open(disk).journal), [...expected, added]);
  });
}

test.run();
