import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TerminalFailure } from '../../domain/failure.ts';
import type { SlipCopies, SlipCopy } from '../../domain/slip.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import {
  printSpoolerMachine,
  WAITING_MAX,
  type PrinterCondition,
  type QueuedPrintJob,
} from '../../machines/print-spooler.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/print-spooler');

const slip = (id: string): QueuedPrintJob => ({
  id,
  kind: 'payment',
  of: 'payment',
  order: 'o1',
  refund: null,
  telling: id,
  mark: null,
});
const print = (...jobs: QueuedPrintJob[]) => ({ type: 'print', jobs });
const becomes = (condition: PrinterCondition) => ({ type: 'printer.changed', condition });
const holding = (condition: PrinterCondition, ...queue: QueuedPrintJob[]) => ({ queue, condition, trouble: '' });

function table(title: string, context: object, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    const condition = typeof event['condition'] === 'string' ? ` ${event['condition']}` : '';
    test(`${title}: ${state} on ${event.type}${condition} is ${target}`, () => {
      assert.is(next(printSpoolerMachine, state, context, event).state, target);
    });
  }
}

table('with nothing to print', holding('ok'), [
  ['idle', print(slip('a')), 'printing'],
  ['idle', print(), 'idle'],
  ['idle', becomes('out-of-paper'), 'idle'],
]);
table('with nothing to print and no paper', holding('out-of-paper'), [
  ['idle', print(slip('a')), 'blocked'],
  ['idle', becomes('ok'), 'idle'],
]);
table('with a slip', holding('ok', slip('a')), [
  ['printing', done('printSpooler.printing', undefined), 'recording'],
  ['printing', crashed('printSpooler.printing'), 'resting'],
  ['printing', print(slip('b')), 'printing'],
  ['printing', becomes('cover-open'), 'printing'],
  ['recording', done('printSpooler.recording', undefined), 'idle'],
  ['recording', crashed('printSpooler.recording'), 'idle'],
  ['recording', becomes('unplugged'), 'recording'],
  ['resting', timeOut('tryAgain', 'printSpooler.resting'), 'printing'],
  ['resting', print(slip('b')), 'resting'],
]);
table('with a slip and no paper', holding('out-of-paper', slip('a')), [
  ['resting', timeOut('tryAgain', 'printSpooler.resting'), 'blocked'],
  ['blocked', becomes('cover-open'), 'blocked'],
  ['blocked', becomes('ok'), 'printing'],
  ['blocked', print(slip('b')), 'blocked'],
]);

/** A printer that can refuse, and the journal of what came out. */
function startPaper(options: {
  readonly condition?: PrinterCondition;
  readonly copies?: SlipCopies;
  readonly fails?: (attempt: number) => boolean;
}) {
  const clock = new VirtualClock();
  const attempts: string[] = [];
  const recorded: string[] = [];
  const copies: (SlipCopy | undefined)[] = [];
  const ports = {
    printSlip: ({ job }: { job: QueuedPrintJob }) => {
      attempts.push(job.id);
      copies.push(job.copy);
      if (options.fails?.(attempts.length) === true) throw new Error('paper jam');
    },
    recordPrinted: ({ job }: { job: QueuedPrintJob }) => {
      recorded.push(job.id);
      if (job.id === 'unrecorded') throw new Error('EIO');
    },
  };
  const input = { condition: options.condition ?? 'ok', copies: options.copies ?? 'customer' };
  return { ...startChart(printSpoolerMachine, { clock, input, ports }), clock, attempts, recorded, copies };
}

test('M7 slips come out one by one in order, each recorded', async () => {
  const paper = startPaper({});
  paper.send(print(slip('a'), slip('b')));
  paper.send(print(slip('b'), slip('c')));
  await pass(paper.clock, 0);
  assert.equal(paper.attempts, ['a', 'b', 'c']);
  assert.equal(paper.recorded, ['a', 'b', 'c']);
});

test('without paper the queue waits, says so, and prints when the paper is in', async () => {
  const paper = startPaper({ condition: 'out-of-paper' });
  paper.send(print(slip('a'), slip('b')));
  await pass(paper.clock, 3_600_000);
  assert.equal(paper.attempts, []);
  assert.equal(paper.heard.at(-1), { type: 'printer.condition', condition: 'out-of-paper', waiting: 2 });
  paper.send(becomes('ok'));
  await pass(paper.clock, 0);
  assert.equal(paper.recorded, ['a', 'b']);
});

test('a slip that the printer refused is tried again every three seconds and never lost', async () => {
  const paper = startPaper({ fails: (attempt) => attempt < 4 });
  paper.send(print(slip('a')));
  await pass(paper.clock, 8999);
  assert.equal(paper.recorded, []);
  await pass(paper.clock, 1);
  assert.equal(paper.attempts, ['a', 'a', 'a', 'a']);
  assert.equal(paper.recorded, ['a']);
});

test('M7 a slip that was interrupted comes out again as another job that says so, under the same telling', async () => {
  const jobs: QueuedPrintJob[] = [];
  const recorded: (string | null)[] = [];
  const clock = new VirtualClock();
  const ports = {
    printSlip: ({ job }: { job: QueuedPrintJob }) => {
      jobs.push(job);
      if (jobs.length < 3) throw new TerminalFailure('printer.interrupted', 'unplugged', { retryable: true });
    },
    recordPrinted: ({ job }: { job: QueuedPrintJob }) => void recorded.push(job.telling),
  };
  const paper = startChart(printSpoolerMachine, { clock, input: { condition: 'ok', copies: 'customer' }, ports });
  paper.send(print(slip('a')));
  await pass(clock, 10_000);
  assert.equal(
    jobs.map(({ id, mark, telling }) => [id, mark, telling]),
    [
      ['a', null, 'a'],
      ['a~2', 'reprint', 'a'],
      ['a~3', 'reprint', 'a'],
    ],
  );
  assert.equal(recorded, ['a']);
});

test('M7 a slip whose record failed is not printed a second time', async () => {
  const paper = startPaper({});
  paper.send(print(slip('unrecorded'), slip('b')));
  await pass(paper.clock, 60_000);
  assert.equal(paper.attempts, ['unrecorded', 'b']);
});

test('where the shop wants both copies, each is a slip and a record of its own, the customer’s last; a warning is needed once', async () => {
  const paper = startPaper({ copies: 'both' });
  const warning = { ...slip('w'), kind: 'unknown', of: 'unknown' } as const;
  const reprint = { ...slip('r'), kind: 'reprint', telling: null, mark: 'reprint' } as const;
  paper.send(print(slip('a'), warning, reprint));
  paper.send(print(slip('a')));
  await pass(paper.clock, 0);
  assert.equal(paper.attempts, ['a-merchant', 'a', 'w', 'r']);
  assert.equal(paper.copies, ['merchant', 'customer', undefined, 'customer']);
  assert.equal(paper.recorded, ['a-merchant', 'a', 'w', 'r']);
});

test('a shop that keeps its own copy only gets that one, reprints included', async () => {
  const paper = startPaper({ copies: 'merchant' });
  paper.send(print(slip('a'), { ...slip('r'), kind: 'reprint', telling: null, mark: 'reprint' }));
  await pass(paper.clock, 0);
  assert.equal(paper.copies, ['merchant', 'merchant']);
  assert.equal(paper.attempts, ['a', 'r']);
});

test('a printer that is away for days keeps the newest slips, and names those that were let go', async () => {
  const chart = startChart(printSpoolerMachine, { clock: new VirtualClock(), input: { condition: 'unplugged' } });
  chart.send(print(...Array.from({ length: WAITING_MAX + 3 }, (_, at) => slip(`s${at}`))));
  const dropped = chart.heard.filter(({ type }) => type === 'slips.dropped');
  assert.equal(
    dropped.flatMap(({ jobs }) => (jobs as QueuedPrintJob[]).map(({ id }) => id)),
    ['s1', 's2', 's3'],
  );
  assert.is((chart.context()['queue'] as unknown[]).length, WAITING_MAX);
  chart.send(print(slip('one-more')));
  assert.is((chart.context()['queue'] as QueuedPrintJob[]).at(-1)?.id, 'one-more');
  assert.is((chart.context()['queue'] as unknown[]).length, WAITING_MAX);
  chart.stop();
});

test.run();
