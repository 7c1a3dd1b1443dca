import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SELF_CHECKS, type SelfCheck, type SelfCheckRow } from '../../domain/screens/flow-view.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { selfTestMachine } from '../../machines/self-test.machine.ts';
import { upgradeStatusMachine } from '../../machines/upgrade-status.machine.ts';
import { pass, startChart } from '../support/charts.ts';

const test = suite('machines/self-test');

const FACTS = { sn: 'T1', version: '1.0', deviceId: 'd1' };
const OWN_ROWS: Partial<Record<SelfCheck, readonly SelfCheckRow[]>> = {
  network: ['a', 'b'].map((of) => ({ check: 'network', of, state: 'ok', detail: '3ms' })),
  scanner: [{ check: 'scanner', of: '', state: 'listen', detail: '' }],
};

function start(broken: SelfCheck | null = null) {
  const clock = new VirtualClock();
  const made: SelfCheck[] = [];
  const ports = {
    readFacts: () => FACTS,
    runCheck: ({ check }: { check: SelfCheck }): readonly SelfCheckRow[] => {
      made.push(check);
      if (check === broken) throw new Error('does not open');
      return OWN_ROWS[check] ?? [{ check, of: '', state: 'ok', detail: '' }];
    },
  };
  const chart = startChart(selfTestMachine, { clock, ports });
  const rows = (): readonly SelfCheckRow[] => (chart.context() as { rows: readonly SelfCheckRow[] }).rows;
  return { clock, chart, made, rows };
}

test('every check is made once, in order, and each domain has its own line', async () => {
  const { clock, chart, made, rows } = start();
  await pass(clock, 0);
  assert.equal(made, [...SELF_CHECKS]);
  assert.is(chart.state(), 'tested');
  assert.is(rows().length, SELF_CHECKS.length + 1);
  assert.equal(
    rows().filter(({ state }) => state !== 'ok'),
    OWN_ROWS.scanner,
  );
  assert.is(chart.heard.filter(({ type }) => type === 'speaker.tested').length, 1);
});

test('a part that fails is a line with its words, and the checks behind it are still made', async () => {
  const { clock, made, rows } = start('key-store');
  await pass(clock, 0);
  assert.equal(made, [...SELF_CHECKS]);
  const faults = rows().filter(({ state }) => state === 'faulty');
  assert.equal(faults, [{ check: 'key-store', of: '', state: 'faulty', detail: 'does not open' }]);
});

test('any scan shows that the scanner reads, also before its turn', async () => {
  const { clock, chart, rows } = start();
  chart.send({ type: 'scan.rejected', note: 'unknown-code' });
  await pass(clock, 0);
  assert.is(rows().find(({ check }) => check === 'scanner')?.state, 'ok');
  chart.send({ type: 'key.enter' });
  const slip = chart.heard.find(({ type }) => type === 'slip.requested')?.['slip'] as { report: { checks: unknown } };
  assert.equal(slip.report.checks, rows());
});

test('cancel leaves it at any time', async () => {
  const { clock, chart } = start();
  chart.send({ type: 'key.cancel' });
  await pass(clock, 0);
  assert.ok(chart.heard.some(({ type }) => type === 'xstate.done.actor.chart'));
});

test('the upgrade screen shows the release that runs, and leaves by key and by itself', async () => {
  const clock = new VirtualClock();
  const ports = { readRelease: () => ({ version: '1.2.3', slot: 'B' }) };
  const chart = startChart(upgradeStatusMachine, { clock, ports });
  await pass(clock, 0);
  assert.equal(chart.heard.at(-1)?.['view'], { name: 'upgrade', version: '1.2.3', slot: 'B' });
  await pass(clock, 60_000);
  assert.ok(chart.heard.some(({ type }) => type === 'xstate.done.actor.chart'));
});

test.run();
