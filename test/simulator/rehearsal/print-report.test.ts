import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PrintJob } from '../../../domain/slip.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { PrinterStatus } from '../../../hal/printer/contract.ts';
import { SimulatedPrinter } from '../../../hal/printer/simulated-printer.ts';
import { printReport } from '../../../simulator/rehearsal/print-report.ts';

const test = suite('simulator/rehearsal/print-report');

const JOB: PrintJob = {
  id: 'rehearsal-report',
  slip: { kind: 'rehearsal', blocks: [{ is: 'title', text: '演练报告' }], orderBarcode: null },
  order: null,
  refund: null,
};

function printing(signal = new AbortController().signal) {
  const printer = new SimulatedPrinter();
  const papers: string[] = [];
  printer.onPaper(({ text }) => papers.push(text));
  const held = Promise.withResolvers<PrinterStatus>();
  const options = { printer, clock: new VirtualClock(), signal, onHeld: held.resolve };
  return { printer, papers, held: held.promise, print: () => printReport(JOB, options) };
}

test('a printer that is ready prints the report, once', async () => {
  const { papers, print } = printing();
  await print();
  assert.is(papers.length, 1);
  assert.match(papers[0] ?? '', '演练报告');
});

test('without paper the report waits, says so, and comes out once when there is some', async () => {
  const { printer, papers, held, print } = printing();
  printer.setStatus('out-of-paper');
  const printed = print();
  assert.is(await held, 'out-of-paper');
  assert.is(papers.length, 0);
  printer.setStatus('ok');
  await printed;
  assert.is(papers.length, 1);
});

test('whoever stops the rehearsal need not bring paper', async () => {
  const stopping = new AbortController();
  const { printer, papers, held, print } = printing(stopping.signal);
  printer.setStatus('unplugged');
  const printed = print().then(
    () => 'printed',
    (error: unknown) => error,
  );
  await held;
  const reason = new Error('stopped');
  stopping.abort(reason);
  assert.is(await printed, reason);
  assert.is(papers.length, 0);
});

test.run();
