import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../actors/journal/journal.ts';
import { isFailure } from '../../../domain/failure.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { all, durably, FOLDER, intent, open, ordersOf } from './journal-world.ts';

const faults = suite('actors/journal/journal under faults');
const failed = (error: unknown): boolean => isFailure(error, 'storage.failed');

/** What a terminal knows it has been promised. */
interface Promises {
  next: number;
  readonly durable: Set<string>;
  readonly lazy: Set<string>;
  counter: number;
}

/** Works as a terminal does: long and short facts, durable and lazy, the counter carried over; throws when the disk does. */
function work(journal: Journal, promises: Promises, random: SeededRandom, steps: number): void {
  for (let step = 0; step < steps; step++) {
    const count = promises.next++;
    const fact = intent(count, random.fraction() < 0.3 ? 3500 : Math.floor(random.fraction() * 300));
    if (random.fraction() < 0.3) {
      journal.append([fact], { flush: false });
      promises.lazy.add(fact.order);
      continue;
    }
    journal.append([fact, { type: 'COUNTER_BLOCK', until: count }], { flush: true });
    for (const order of [...promises.lazy, fact.order]) promises.durable.add(order);
    promises.lazy.clear();
    promises.counter = count;
  }
}

function check(
  journal: Journal,
  entries: ReturnType<typeof open>['entries'],
  promises: Promises,
  attempted: number,
): string[] {
  const history = all(journal);
  const orders = ordersOf(history);
  const found = new Set(orders);
  assert.is(found.size, orders.length, 'no fact twice');
  for (const order of promises.durable) assert.ok(found.has(order), `the acknowledged order ${order} is lost`);
  for (const order of orders) assert.ok(Number(order) < attempted, `nobody wrote ${order}`);
  const counters = entries.flatMap((entry) =>
    entry.type === 'COUNTER_BLOCK' && 'until' in entry ? [entry.until] : [],
  );
  assert.ok(Math.max(0, ...counters) >= promises.counter, 'numbers rolled back');
  return orders;
}

faults('through 320 power cuts at any disk call no acknowledged fact is lost and no torn one is read', () => {
  let cuts = 0;
  let rollovers = 0;
  for (let seed = 1; seed <= 16; seed++) {
    const random = new SeededRandom(seed);
    const disk = new SimulatedDisk();
    const promises: Promises = { next: 0, durable: new Set(), lazy: new Set(), counter: 0 };
    const carryOver = () => [{ type: 'COUNTER_BLOCK', until: promises.counter } as const];
    for (let life = 0; life < 20; life++) {
      disk.losePowerAt(1 + Math.floor(random.fraction() ** 2 * 300));
      try {
        const { journal } = open(disk, carryOver);
        work(journal, promises, random, 2000);
      } catch (error) {
        assert.ok(failed(error), String(error));
      }
      disk.powerCut(random);
      cuts += 1;
      const { journal, entries } = open(disk, carryOver);
      // Whatever was found is durable from now on.
      for (const order of check(journal, entries, promises, promises.next)) promises.durable.add(order);
      promises.lazy.clear();
      journal.close();
    }
    rollovers += disk.list(FOLDER).length - 1;
  }
  assert.is(cuts, 320);
  assert.ok(rollovers > 10, `rollovers happened: ${rollovers}`);
});

for (const code of ['EIO', 'ENOSPC'] as const) {
  faults(
    `${code} at every nth disk call stops the journal at once, and reopening finds everything acknowledged`,
    () => {
      let stopped = 0;
      for (let nth = 1; nth <= 45; nth++) {
        const random = new SeededRandom(nth);
        const disk = new SimulatedDisk();
        const promises: Promises = { next: 0, durable: new Set(), lazy: new Set(), counter: 0 };
        const { journal } = open(disk, () => [{ type: 'COUNTER_BLOCK', until: promises.counter }]);
        // Up to the brink of a rollover, so that the errors also meet its steps.
        for (let count = 0; count < 255; count++)
          journal.append([intent(promises.next++, 3800)], { flush: count === 254 });
        for (let count = 0; count < 255; count++) promises.durable.add(intent(count).order);
        disk.inject({ call: 'any', nth, code, short: nth % 2 === 0 });
        try {
          work(journal, promises, random, 100);
        } catch (error) {
          assert.ok(failed(error), String(error));
        }
        const before = promises.next;
        if (journal.status === 'failed') {
          stopped += 1;
          const calls = disk.calls;
          assert.throws(() => durably(journal, intent(99_999)), failed);
          assert.throws(() => journal.append([intent(99_999)], { flush: false }), failed);
          assert.throws(() => journal.flush(), failed);
          assert.is(disk.calls, calls, 'a failed journal leaves the disk alone');
          disk.inject({ call: 'any', nth: 1 + (nth % 7), code });
          for (let attempt = 0; attempt < 3 && journal.status === 'failed'; attempt++) {
            try {
              journal.reopen();
            } catch (error) {
              assert.ok(failed(error), String(error));
            }
          }
        }
        disk.heal();
        assert.is(journal.status, 'open');
        // What was accepted lazily before the error is durable after the reopening or the next flush; what was refused is nowhere.
        durably(journal, intent(promises.next++));
        for (const order of promises.lazy) promises.durable.add(order);
        const accepted = new Set([...promises.durable, intent(before).order]);
        for (const order of ordersOf(all(journal))) assert.ok(accepted.has(order), `${order} was refused and is there`);
        disk.powerCut(random);
        const again = open(disk);
        check(again.journal, again.entries, promises, promises.next);
        assert.ok(ordersOf(all(again.journal)).includes(intent(before).order));
      }
      assert.ok(stopped > 30, `stopped ${stopped} times`);
    },
  );
}

faults('what a killed process left in the page cache is durable as soon as it was read', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = new SimulatedDisk();
    const { journal } = open(disk);
    durably(journal, intent(1));
    journal.append([intent(2), intent(3)], { flush: false });
    // The process is killed, the machine runs on; the next life acts on what it finds, and then the power goes.
    const found = ordersOf(open(disk).entries);
    assert.equal(
      found,
      [1, 2, 3].map((count) => intent(count).order),
    );
    disk.powerCut(new SeededRandom(seed));
    assert.equal(ordersOf(open(disk).entries), found);
  }
});

faults('what is read after a failed sync and a kill stays there when the power goes', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = new SimulatedDisk();
    const { journal } = open(disk);
    durably(journal, intent(1));
    disk.inject({ call: 'sync', nth: 1, code: 'EIO' });
    assert.throws(() => durably(journal, intent(2, 700)), failed);
    // Killed before it reopened. The page cache shows the refused fact, is clean, and the medium may never have seen it.
    const next = open(disk);
    const found = ordersOf(next.entries);
    assert.equal(
      found,
      [1, 2].map((count) => intent(count).order),
    );
    durably(next.journal, intent(3));
    disk.powerCut(new SeededRandom(seed));
    assert.equal(ordersOf(open(disk).entries), [...found, intent(3).order]);
  }
});

faults('a start that is cut off while it writes again what it found loses nothing of it', () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (let call = 1; call <= 12; call++) {
      const disk = new SimulatedDisk();
      const { journal } = open(disk);
      durably(journal, intent(1));
      durably(journal, intent(2, 700));
      disk.losePowerAt(call);
      try {
        open(disk);
      } catch (error) {
        assert.ok(failed(error));
      }
      disk.powerCut(new SeededRandom(seed));
      assert.equal(
        ordersOf(open(disk).entries),
        [1, 2].map((count) => intent(count).order),
      );
    }
  }
});

faults('a fact that was written but whose sync failed was refused: no later start finds it', () => {
  const disk = new SimulatedDisk();
  const { journal } = open(disk);
  durably(journal, intent(1));
  disk.inject({ call: 'sync', nth: 1, code: 'EIO' });
  assert.throws(() => durably(journal, intent(2)), failed);
  journal.reopen();
  assert.equal(ordersOf(open(disk).entries), [intent(1).order]);
});

faults('while the disk stays broken reopening says so each time, and works once it is well', () => {
  const disk = new SimulatedDisk();
  const { journal } = open(disk);
  durably(journal, intent(1));
  disk.inject({ call: 'sync', nth: 1, code: 'EIO', permanent: true });
  assert.throws(() => durably(journal, intent(2)), failed);
  for (let attempt = 0; attempt < 5; attempt++) assert.throws(() => journal.reopen(), failed);
  disk.heal();
  journal.reopen();
  durably(journal, intent(3));
  assert.equal(ordersOf(all(journal)), [intent(1).order, intent(3).order]);
  assert.equal(ordersOf(journal.tail(10)), [intent(1).order, intent(3).order]);
});

faults('reopening refuses a disk on which an acknowledged record is gone', () => {
  const disk = new SimulatedDisk();
  const { journal } = open(disk);
  durably(journal, intent(1));
  disk.inject({ call: 'write', nth: 1, code: 'EIO' });
  assert.throws(() => durably(journal, intent(2)), failed);
  disk.damage(`${FOLDER}/000001.seg`, 600);
  assert.throws(
    () => journal.reopen(),
    (error: unknown) => isFailure(error, 'storage.corrupt'),
  );
  assert.is(journal.status, 'failed');
  disk.remove(`${FOLDER}/000001.seg`);
  assert.throws(
    () => journal.reopen(),
    (error: unknown) => isFailure(error, 'storage.corrupt'),
  );
});

faults.run();
