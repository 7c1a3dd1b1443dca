import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import type { JournalFact } from '../../domain/journal-record.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';

const test = suite('actors/journal-room');
const FOLDER = '/data/journal';
const LONG = 'x'.repeat(4000);

const order = (number: string): JournalFact[] => [
  {
    type: 'ORDER_INTENT',
    order: number,
    amountFen: 88,
    platform: 'wechat',
    codeHash: 'h1',
    configuration: 'c1',
    staffId: null,
    windowEndsAtMs: 1000,
  },
];
const refused = (number: string): JournalFact[] => [
  ...order(number),
  {
    type: 'ORDER_RESULT',
    order: number,
    outcome: 'failed',
    reason: LONG,
    transactionId: null,
    paidAtMs: null,
    late: false,
  },
  { type: 'TOLD', job: `${number}-failed-voice`, channel: 'voice', order: number, refund: null },
];

function openBox(keepSegments: number) {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock();
  const failures: string[] = [];
  const notices: string[] = [];
  const open = () =>
    new TerminalJournal({
      disk,
      folder: FOLDER,
      clock,
      version: '1.0.0',
      keepSegments,
      onFailure: (why) => failures.push(why),
      onNotice: (why) => notices.push(why),
    });
  const journal = open();
  let sold = 0;
  /** Sells until so many kilobytes are written, with an idle moment after each sale. */
  const sell = (kilobytes: number): void => {
    for (let written = 0; written < kilobytes; written += 4) {
      journal.record(refused(`o${(sold += 1)}`), { flush: false });
      clock.advance(2000);
    }
  };
  const segments = (): string[] => disk.list(FOLDER).filter((name) => name.endsWith('.seg'));
  return { disk, clock, journal, open, failures, notices, sell, segments };
}

test('history beyond its bound is let go, and what is open is still there after a restart', () => {
  const box = openBox(4);
  box.journal.record(order('open-one'), { flush: true });
  box.sell(7 * 1024);
  assert.is(box.segments().length, 4);
  box.journal.close();
  const next = box.open();
  assert.equal(
    next.ledger.openOrders().map(({ intent }) => intent.order),
    ['open-one'],
  );
  assert.ok([...next.history()].length > 0);
  assert.equal(box.failures, []);
});

test('M10 a disk without room for the next segment raises no alarm while the present one has room', () => {
  const box = openBox(64);
  box.sell(800);
  box.disk.inject({ call: 'rename', nth: 1, code: 'ENOSPC', permanent: true });
  box.sell(100);
  assert.equal(box.failures, []);
  assert.ok(box.journal.isOpen);
  assert.is(box.notices.length, 1, box.notices.join());
  box.disk.heal();
  box.clock.advance(600_000);
  box.sell(200);
  assert.equal(box.failures, []);
  assert.is(box.segments().length, 2);
});

test('a full disk lets the oldest history go, no more than it must, and sells on', () => {
  const box = openBox(64);
  box.sell(6 * 1024);
  const [oldest = '', ...others] = box.segments().sort();
  box.disk.inject({ call: 'rename', nth: 1, code: 'ENOSPC' });
  box.sell(1024);
  assert.not.ok(box.segments().includes(oldest));
  assert.equal(
    others.filter((name) => !box.segments().includes(name)),
    [],
  );
  assert.equal(box.failures, []);
  assert.match(box.notices.join(), /old history/);
});

test('an error that is not about room costs no history', () => {
  for (const code of ['EIO', 'EROFS'] as const) {
    const box = openBox(64);
    box.sell(6 * 1024);
    const before = box.segments();
    box.disk.inject({ call: 'rename', nth: 1, code });
    box.sell(1024);
    box.clock.advance(600_000);
    box.sell(1024);
    assert.equal(
      before.filter((name) => !box.segments().includes(name)),
      [],
    );
    assert.ok(box.segments().length > before.length);
    assert.match(box.notices.join(), /tried again: .*planned error/);
  }
});

test.run();
