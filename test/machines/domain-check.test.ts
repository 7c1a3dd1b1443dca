import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { domainCheckMachine } from '../../machines/domain-check.machine.ts';
import { next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/domain-check');

const DOMAINS = ['https://a.test', 'https://b.test'];
const CONTEXT = { domains: DOMAINS, rows: [], chosen: null, done: false };
const progress = (domain: string, answer: object | null) => ({ type: 'domainCheck.progress', domain, answer });

const ROWS: readonly Row[] = [
  ['asking', progress('https://a.test', null), 'asking'],
  ['asking', { type: 'domainCheck.done', chosen: null }, 'asked'],
  ['asking', { type: 'key.enter' }, 'asking'],
  ['asking', { type: 'scan.rejected', note: 'unknown-code' }, 'asking'],
  ['asking', { type: 'key.cancel' }, 'left'],
  ['asked', { type: 'key.enter' }, 'asking'],
  ['asked', progress('https://a.test', null), 'asked'],
  ['asked', { type: 'key.cancel' }, 'left'],
  ['asked', timeOut('resultPause', 'domainCheck.asked'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} is ${target}`, () => {
    assert.is(next(domainCheckMachine, state, CONTEXT, event).state, target);
  });
}

test('every answer changes its own row, and the view follows', async () => {
  const clock = new VirtualClock();
  const chart = startChart(domainCheckMachine, { clock, input: { domains: DOMAINS } });
  await pass(clock, 0);
  assert.ok(chart.heard.some(({ type }) => type === 'domainCheck.requested'));
  chart.send(progress('https://a.test', null));
  chart.send(progress('https://a.test', { kind: 'alive', latencyMs: 9, gatewayTimeMs: null }));
  chart.send(progress('https://b.test', { kind: 'dead', latencyMs: 3, reason: 'refused' }));
  chart.send({ type: 'domainCheck.done', chosen: 'https://a.test' });
  const view = chart.heard.findLast(({ type }) => type === 'view.changed')?.['view'];
  assert.equal(view, {
    name: 'domain-check',
    rows: [
      { domain: 'https://a.test', state: 'alive', latencyMs: 9 },
      { domain: 'https://b.test', state: 'dead', latencyMs: 3 },
    ],
    chosen: 'https://a.test',
    done: true,
  });
});

test.run();
