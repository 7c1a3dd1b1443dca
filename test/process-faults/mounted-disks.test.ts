import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { Bench } from '../support/bench.ts';
import { contradictions } from '../support/money-truth.ts';
import { readJournal } from '../support/read-journal.ts';
import { refusalTroubles } from './fault-day.ts';
import { StubbornCashier } from './stubborn-cashier.ts';

// Real disks of a few megabytes that are full or read-only, under the real process. Needs the right to mount.
const test = suite<{ bench: Bench; disk: SmallDisk }>('process-faults/mounted-disks');

const DISK_BYTES = 4 * 1024 * 1024;
/** Records until the first segment has room for a few payments only. */
const NEARLY_FULL_BYTES = 1024 * 1024 - 6000;

/** A disk in memory, four megabytes small, at the place of the terminal's data folder. */
class SmallDisk {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'till-small-disk-'));
    run('mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'till-small-disk', this.path);
  }

  /** Not one byte is left. */
  fill(): void {
    spawnSync('dd', ['if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=4k']);
  }

  /** Somebody deletes what filled it. */
  free(): void {
    rmSync(join(this.path, 'filler'));
  }

  remount(how: 'ro' | 'rw'): void {
    run('mount', '-o', `remount,${how}`, this.path);
  }

  close(): void {
    run('umount', '--lazy', this.path);
    rmSync(this.path, { recursive: true, force: true });
  }
}

function run(file: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
}

test.before.each(async (context) => {
  context.disk = new SmallDisk();
  context.bench = await Bench.open();
  mkdirSync(join(context.disk.path, 'data'));
  symlinkSync(join(context.disk.path, 'data'), context.bench.dataDir);
});
test.after.each(async ({ bench, disk }) => {
  await bench.close();
  disk.close();
});

async function mustRefuseToStart(bench: Bench): Promise<void> {
  await bench.powerUp().then(
    () => assert.unreachable('it must not start'),
    () => undefined,
  );
  assert.equal(refusalTroubles(bench.terminal, await bench.terminal.exited()), []);
}

/** Up to the last byte of the first segment that is not zero. */
function usedBytes(dataDir: string): number {
  const bytes = readFileSync(join(dataDir, 'journal', '000001.seg'));
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}

/** Leaves room for a few payments in the segment, so that a later one needs a new segment. */
function fillSegment(dataDir: string): void {
  const journal = new TerminalJournal({
    disk: new NodeDisk(),
    folder: join(dataDir, 'journal'),
    clock: new SystemClock(),
    version: 'filled',
    onFailure: () => undefined,
  });
  const state = 'paid';
  const seen = { type: 'ORDER_SEEN', amountFen: 1, platform: 'wechat', state, refundedFen: null } as const;
  for (let written = 0; written % 20 !== 0 || usedBytes(dataDir) < NEARLY_FULL_BYTES; written += 1) {
    journal.record([{ ...seen, order: String(written).padStart(16, '9') }], { flush: false });
  }
  journal.close();
}

test('a new terminal on a full disk does not start and says so in one line, and starts when there is room', async ({
  bench,
  disk,
}) => {
  disk.fill();
  await mustRefuseToStart(bench);
  assert.match(bench.terminal.stderr, /ENOSPC/);
  disk.free();
  await bench.powerUp();
});

test('a disk that runs full does not stop sales that have their room, and stops them with an alarm when they need more', async ({
  bench,
  disk,
}) => {
  await bench.powerUp();
  await bench.configure();
  const cashier = new StubbornCashier(bench);
  disk.fill();
  for (let sale = 0; sale < 3; sale += 1) assert.is((await cashier.trySale()).name, 'paid');
  assert.is(await bench.terminal.stop(), 0);
  disk.free();
  fillSegment(bench.dataDir);
  await bench.powerUp();
  disk.fill();
  const charged = bench.book.orders.length;
  let ended = await cashier.trySale();
  for (let sale = 0; sale < 30 && ended.name === 'paid'; sale += 1) ended = await cashier.trySale();
  assert.is(ended.name, 'refused');
  await bench.terminal.voice('存储故障');
  disk.free();
  await cashier.sell();
  assert.ok(bench.book.orders.length > charged);
  await bench.terminal.until('every truth', ({ openOrders }) => openOrders.length === 0);
  const lines = [...bench.terminal.lines];
  assert.is(await bench.terminal.stop(), 0);
  const entries = readJournal(bench.dataDir);
  const known = new Set(entries.flatMap((entry) => (entry.type === 'ORDER_INTENT' ? [entry.order] : [])));
  const here = bench.book.orders.filter(({ number }) => !known.has(number));
  assert.equal(here, [], 'every order at the gateway has its intent');
  const told = contradictions({ book: bench.book, entries, lines }).filter(
    (what) => !/never announced|no slip/.test(what),
  );
  assert.equal(told, []);
});

test('a read-only disk: the terminal does not start, says why, and starts when it may write again', async ({
  bench,
  disk,
}) => {
  await bench.powerUp();
  await bench.configure();
  assert.is(await bench.terminal.stop(), 0);
  disk.remount('ro');
  await mustRefuseToStart(bench);
  assert.match(bench.terminal.stderr, /EROFS|read-only/);
  disk.remount('rw');
  assert.is((await bench.powerUp())['configured'], true);
  assert.is((await new StubbornCashier(bench).sell()).name, 'paid');
});

test.run();
