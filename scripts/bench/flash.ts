import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JSONFilePreset } from 'lowdb/node';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import type { JournalFact } from '../../domain/journal-record.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { CountingDisk } from './counting-disk.ts';
import { type Figure, median, milliseconds } from './figure.ts';

const BYTES_BUDGET = 9 * 1024;
const FLUSHES_BUDGET = 2;
const PAYMENTS = 100;
/** A whole-file store at this size already writes megabytes a payment. */
const FILE_ORDERS = 1000;

interface Cost {
  readonly bytes: number;
  readonly flushes: number;
  readonly ms: number;
}

const idOf = (nth: number): string => String(nth).padStart(24, '0');

/** What a payment leaves in the journal: the intent, durable; the result, durable; what was told, with the next flush. */
function factsOf(nth: number): { intent: JournalFact; result: JournalFact; told: JournalFact[] } {
  const order = idOf(nth);
  const at = 1_795_392_000_000 + nth * 20_000;
  const told = (['voice', 'slip'] as const).map((channel): JournalFact => ({
    type: 'TOLD',
    job: `${order}-paid-${channel}`,
    channel,
    order,
    refund: null,
  }));
  return {
    intent: {
      type: 'ORDER_INTENT',
      order,
      amountFen: 2005,
      platform: 'wechat',
      codeHash: '0123456789abcdef0123456789abcdef',
      configuration: 'c1',
      staffId: '1001',
      windowEndsAtMs: at + 60_000,
    },
    result: {
      type: 'ORDER_RESULT',
      order,
      outcome: 'paid',
      reason: '',
      transactionId: `42${idOf(nth)}`,
      paidAtMs: at,
      late: false,
    },
    told,
  };
}

/**
 * What this process handed to write(2), in bytes: the least that a peer sends to the flash. (`write_bytes` counts whole large folios.)
 */
function handedBytes(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN);
}

/** The cost of one payment: `pay` is called with 1, 2, 3 … */
async function costOf(
  pay: (nth: number) => void | Promise<void>,
  count: () => { bytes: number; flushes: number } = () => ({ bytes: handedBytes(), flushes: Number.NaN }),
): Promise<Cost> {
  const before = count();
  const times: number[] = [];
  for (let nth = 1; nth <= PAYMENTS; nth += 1) {
    const at = performance.now();
    await pay(nth);
    times.push(performance.now() - at);
  }
  const after = count();
  const each = (one: number): number => one / PAYMENTS;
  return { bytes: each(after.bytes - before.bytes), flushes: each(after.flushes - before.flushes), ms: median(times) };
}

/** Bytes, flushes and time that a payment costs the flash, from the first order to the hundred-thousandth, beside two usual stores. */
export async function measureFlash(sizes: readonly number[], besideFolder: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(besideFolder, 'till-flash-'));
  try {
    const sqlite = await sqliteCost(folder);
    const lowdb = await lowdbCost(folder);
    const figures: Figure[] = [];
    for (const size of sizes) figures.push(...(await journalFigures(folder, size, sqlite)));
    return [
      ...figures,
      peerRow('SQLite, WAL, synchronous FULL', sqlite),
      peerRow(`lowdb, ${FILE_ORDERS} orders`, lowdb),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function journalFigures(folder: string, orders: number, sqlite: Cost): Promise<Figure[]> {
  const disk = new CountingDisk(new NodeDisk());
  const options = {
    disk,
    folder: join(folder, `journal-${orders}`),
    clock: new SystemClock(),
    version: '0.0.0',
    onFailure: () => undefined,
  };
  const filled = new TerminalJournal(options);
  for (let nth = 1; nth <= orders; nth += 1) {
    const { intent, result, told } = factsOf(1_000_000 + nth);
    filled.record([intent, result, ...told], { flush: false });
  }
  filled.close();
  const bootAt = performance.now();
  const journal = new TerminalJournal(options);
  const bootMs = performance.now() - bootAt;
  const cost = await costOf(
    (nth) => {
      const { intent, result, told } = factsOf(nth);
      journal.record([intent], { flush: true });
      journal.record([result], { flush: true });
      journal.record(told, { flush: false });
    },
    () => ({ bytes: disk.flushedBytes, flushes: disk.flushes }),
  );
  journal.close();
  return [
    {
      what: `flash a payment, ${orders} orders in the journal`,
      value: `${kilobytes(cost.bytes)}, ${cost.flushes.toFixed(2)} flushes, ${milliseconds(cost.ms)}`,
      compared: `SQLite: ${kilobytes(sqlite.bytes)}, ${milliseconds(sqlite.ms)}`,
      ratio: cost.bytes / sqlite.bytes,
      budget: `≤ 9 KB, ${FLUSHES_BUDGET} flushes, flat`,
      met: cost.bytes <= BYTES_BUDGET && cost.flushes <= FLUSHES_BUDGET + 0.1,
      grows: { line: 'flash a payment, KB', over: 'orders in the journal', size: orders, value: cost.bytes / 1024 },
    },
    {
      what: `opening the journal of ${orders} orders`,
      value: milliseconds(bootMs),
      compared: '',
      ratio: null,
      budget: orders === 10_000 ? '< 50 ms' : '',
      met: orders === 10_000 ? bootMs < 50 : null,
      grows: { line: 'opening the journal, ms', over: 'orders in the journal', size: orders, value: bootMs },
    },
  ];
}

async function sqliteCost(folder: string): Promise<Cost> {
  const database = new DatabaseSync(join(folder, 'orders.sqlite'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE facts (id INTEGER PRIMARY KEY, fact TEXT)',
  );
  const insert = database.prepare('INSERT INTO facts (fact) VALUES (?)');
  const cost = await costOf((nth) => {
    const { intent, result, told } = factsOf(nth);
    insert.run(JSON.stringify(intent));
    database.exec('BEGIN');
    for (const fact of [result, ...told]) insert.run(JSON.stringify(fact));
    database.exec('COMMIT');
  });
  database.close();
  return cost;
}

async function lowdbCost(folder: string): Promise<Cost> {
  const file = join(folder, 'orders.json');
  const facts = Array.from({ length: FILE_ORDERS }, (_, nth) => Object.values(factsOf(nth)).flat()).flat();
  writeFileSync(file, JSON.stringify({ facts }));
  const low = await JSONFilePreset<{ facts: JournalFact[] }>(file, { facts: [] });
  return costOf(async (nth) => {
    const { intent, result, told } = factsOf(nth);
    await low.update(({ facts: all }) => void all.push(intent));
    await low.update(({ facts: all }) => void all.push(result, ...told));
  });
}

function peerRow(what: string, cost: Cost): Figure {
  const value = `${kilobytes(cost.bytes)}, ${milliseconds(cost.ms)}`;
  return { what: `  beside it: ${what}`, value, compared: '', ratio: null, budget: '', met: null };
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
