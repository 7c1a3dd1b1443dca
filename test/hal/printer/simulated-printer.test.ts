import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFailure } from '../../../domain/failure.ts';
import { PROFILE_80MM } from '../../../hal/printer/escpos/profile.ts';
import { type PrintedPaper, SimulatedPrinter } from '../../../hal/printer/simulated-printer.ts';
import { SAMPLE_ORDER, sampleSlips } from '../../support/sample-slips.ts';

const printer = suite('hal/printer/simulated-printer');
const JOB = { id: 'slip-1', slip: sampleSlips('zh-CN').payment, order: SAMPLE_ORDER, refund: null };
const signal = new AbortController().signal;

/** The error that a print ends with, or null. */
async function failureOf(printing: Promise<void>): Promise<unknown> {
  return printing.then(
    () => null,
    (error: unknown) => error,
  );
}

printer('a slip comes out as bytes, text and picture, once for each print', async () => {
  const simulated = new SimulatedPrinter({ profile: PROFILE_80MM });
  const papers: PrintedPaper[] = [];
  const stop = simulated.onPaper((paper) => papers.push(paper));
  await simulated.print(JOB, signal);
  assert.is(papers.length, 1);
  const [paper] = papers;
  assert.is(paper?.job, JOB);
  assert.match(paper?.text ?? '', '20.05元');
  assert.match(paper?.svg ?? '', '<svg');
  assert.equal([...(paper?.bytes ?? [])].slice(0, 2), [0x1b, 0x40]);
  stop();
  await simulated.print(JOB, signal);
  assert.is(papers.length, 1);
});

printer('without paper, with an open cover or unplugged, it refuses before the first byte and says why', async () => {
  const simulated = new SimulatedPrinter();
  let papers = 0;
  simulated.onPaper(() => (papers += 1));
  for (const status of ['out-of-paper', 'cover-open', 'unplugged'] as const) {
    simulated.setStatus(status);
    assert.is(simulated.status(), status);
    const failure = await failureOf(simulated.print(JOB, signal));
    assert.ok(isFailure(failure, `printer.${status}`) && failure.retryable);
  }
  simulated.setStatus('ok');
  await simulated.print(JOB, signal);
  assert.is(papers, 1);
});

printer('a change of state is told once, until unsubscribed', () => {
  const simulated = new SimulatedPrinter();
  const told: string[] = [];
  const stop = simulated.subscribe((status) => told.push(status));
  simulated.setStatus('out-of-paper');
  simulated.setStatus('out-of-paper');
  simulated.setStatus('ok');
  stop();
  simulated.setStatus('unplugged');
  assert.equal(told, ['out-of-paper', 'ok']);
});

printer('an aborted print and a closed printer print nothing', async () => {
  const simulated = new SimulatedPrinter();
  let papers = 0;
  simulated.onPaper(() => (papers += 1));
  assert.is.not(await failureOf(simulated.print(JOB, AbortSignal.abort())), null);
  await simulated.close();
  await simulated.close();
  assert.ok(isFailure(await failureOf(simulated.print(JOB, signal)), 'printer.unplugged'));
  assert.is(papers, 0);
});

printer.run();
