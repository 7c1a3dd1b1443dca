import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runKillNine, type KillNineRun } from '../support/kill-nine-run.ts';
import type { Line } from '../support/headless-terminal.ts';
import { contradictions, unresolvedOrders } from '../support/money-truth.ts';

const KILLS = Number(process.env['TILL_KILLS'] ?? 24);
const SEED = Number(process.env['TILL_SEED'] ?? 1);

const test = suite<{ run: KillNineRun }>('crash/kill-nine');

test.before(async (world) => {
  world.run = await runKillNine({ kills: KILLS, seed: SEED });
  process.stdout.write(`${reportOf(world.run)}\n`);
});

const linesOf = (run: KillNineRun): Line[] => run.survivors.flatMap(({ lives }) => lives.flatMap(({ lines }) => lines));
const isPaidVoice = (line: Line): boolean => line.is === 'voice' && String(line['text']).includes('收款成功');

test('every kill hit a living process, and enough payments were on their way', ({ run }) => {
  const killed = run.survivors.flatMap(({ lives }) => lives).filter(({ end }) => end !== 'stopped');
  assert.is(killed.length, KILLS);
  assert.ok(killed.some(({ end }) => end === 'killed in a sale'));
  assert.ok(intentsOf(run) >= KILLS * 2.5, `${intentsOf(run)} payments`);
});

test('no payment is lost, charged twice, numbered twice or told otherwise than it is', ({ run }) => {
  for (const { entries, lives } of run.survivors) {
    const own = new Set(entries.flatMap((entry) => (entry.type === 'ORDER_INTENT' ? [entry.order] : [])));
    const book = { ...run.book, orders: run.book.orders.filter(({ number }) => own.has(number)) };
    assert.equal(contradictions({ book, entries, lines: lives.flatMap(({ lines }) => lines) }), []);
    assert.equal(unresolvedOrders(entries), []);
  }
});

test('the gateway knows no order that no terminal knows, and no number belongs to two terminals', ({ run }) => {
  const orders = run.survivors.map(({ entries }) =>
    entries.flatMap((entry) => (entry.type === 'ORDER_INTENT' ? [entry.order] : [])),
  );
  const all = new Set(orders.flat());
  assert.is(all.size, orders.flat().length);
  assert.equal(
    run.book.orders.filter(({ number }) => !all.has(number)),
    [],
  );
});

test('no sale is charged under two numbers', ({ run }) => {
  const charged = run.book.orders.filter(({ charges }) => charges > 0).map(({ totalFen }) => totalFen);
  assert.is(new Set(charged).size, charged.length);
  assert.is(run.book.totals.chargedTwice, 0);
});

test('a payment is announced at most once in a life, and after a power cut it says so', ({ run }) => {
  for (const { lives } of run.survivors) {
    const announced = new Set<unknown>();
    for (const { lines } of lives) {
      const here = lines.filter(isPaidVoice);
      assert.is(new Set(here.map((line) => line['order'])).size, here.length);
      for (const line of here) {
        if (announced.has(line['order'])) assert.match(String(line['text']), /^(断电前那笔|刚才那笔)/);
        announced.add(line['order']);
      }
    }
  }
});

test('every life after the configuration starts configured', ({ run }) => {
  const ready = linesOf(run).filter(({ is }) => is === 'ready');
  assert.is(ready.filter((line) => line['configured'] === false).length, run.survivors.length);
});

function intentsOf(run: KillNineRun): number {
  return run.survivors.reduce(
    (sum, { entries }) => sum + entries.filter(({ type }) => type === 'ORDER_INTENT').length,
    0,
  );
}

function reportOf(run: KillNineRun): string {
  const lives = run.survivors.flatMap((survivor) => survivor.lives);
  const count = (end: string): number => lives.filter((life) => life.end === end).length;
  const voices = linesOf(run).filter(isPaidVoice);
  return [
    `seed ${SEED}: ${KILLS} kills in ${run.seconds.toFixed(0)} s`,
    `  ${count('killed before ready')} while starting, ${count('killed in a sale')} in a sale, ${count('killed')} between sales`,
    `  ${intentsOf(run)} payments, ${run.book.orders.filter(({ charges }) => charges > 0).length} charged, ${run.book.totals.chargedTwice} charged twice`,
    `  ${voices.length} paid announcements, ${voices.filter((line) => /^断电前那笔/.test(String(line['text']))).length} of them after a power cut`,
  ].join('\n');
}

test.run();
