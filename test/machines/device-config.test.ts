import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { deviceConfigMachine, type FetchedConfiguration } from '../../machines/device-config.machine.ts';
import { crashed, done, next, pass, startChart, type Row } from '../support/charts.ts';

const test = suite('machines/device-config');

const FETCHED: FetchedConfiguration = { kind: 'fetched', configuration: 'c1', shopName: 'Tea', staffId: '1001' };
const EXPIRED: FetchedConfiguration = { kind: 'trouble', trouble: 'expired', description: 'make a new code' };
const REFUSED: FetchedConfiguration = { kind: 'trouble', trouble: 'key-refused', description: 'wrong code' };
const CONTEXT = {
  ticketRef: 'ticket-1',
  domain: 'https://a.test',
  configuration: 'c1',
  shopName: 'Tea',
  staffId: null,
  trouble: null,
  description: '',
};

const ROWS: readonly Row[] = [
  ['fetching', done('deviceConfig.fetching', FETCHED), 'verifying'],
  ['fetching', done('deviceConfig.fetching', EXPIRED), 'failed'],
  ['fetching', crashed('deviceConfig.fetching'), 'failed'],
  ['verifying', done('deviceConfig.verifying', FETCHED), 'storing'],
  ['verifying', done('deviceConfig.verifying', REFUSED), 'failed'],
  ['verifying', crashed('deviceConfig.verifying'), 'failed'],
  ['storing', done('deviceConfig.storing', undefined), 'configured'],
  ['storing', crashed('deviceConfig.storing'), 'failed'],
  ['storing', done('deviceConfig.fetching', FETCHED), 'storing'],
  ['verifying', done('deviceConfig.storing', undefined), 'verifying'],
];
for (const [state, event, target] of ROWS) {
  const output = event['output'] as FetchedConfiguration | undefined;
  test(`${state} on ${event.type} ${output?.kind ?? ''} is ${target}`, () => {
    assert.is(next(deviceConfigMachine, state, CONTEXT, event).state, target);
  });
}

async function run(steps: { fetch: FetchedConfiguration; verify?: FetchedConfiguration; store?: () => void }) {
  const calls: string[] = [];
  const ports = {
    fetchConfiguration: ({ ticketRef, domain }: { ticketRef: string; domain: string }) => {
      calls.push(`fetch ${ticketRef} ${domain}`);
      return steps.fetch;
    },
    verifyConfiguration: ({ configuration }: { configuration: string }) => {
      calls.push(`verify ${configuration}`);
      return steps.verify ?? FETCHED;
    },
    storeConfiguration: ({ configuration }: { configuration: string }) => {
      calls.push(`store ${configuration}`);
      steps.store?.();
    },
  };
  const clock = new VirtualClock();
  const input = { ticketRef: 'ticket-1', domain: 'https://a.test' };
  const chart = startChart(deviceConfigMachine, { clock, input, ports });
  await pass(clock, 0);
  const output = chart.heard.find(({ type }) => type === 'xstate.done.actor.chart')?.['output'];
  return { calls, output, heard: chart.heard };
}

test('a configuration is fetched, proved and only then stored', async () => {
  const { calls, output, heard } = await run({ fetch: FETCHED });
  assert.equal(calls, ['fetch ticket-1 https://a.test', 'verify c1', 'store c1']);
  assert.equal(output, { outcome: 'configured', shopName: 'Tea', staffId: '1001' });
  assert.is(heard[0]?.type, 'configuration.started');
});

test('a spent code stores nothing and says why', async () => {
  const { calls, output } = await run({ fetch: EXPIRED });
  assert.is(calls.length, 1);
  assert.equal(output, { outcome: 'failed', trouble: 'expired', description: 'make a new code' });
});

test('a key that the gateway does not take is never stored', async () => {
  const { calls, output } = await run({ fetch: FETCHED, verify: REFUSED });
  assert.not.ok(calls.includes('store c1'));
  assert.equal(output, { outcome: 'failed', trouble: 'key-refused', description: 'wrong code' });
});

test('M10 a store that fails leaves the old configuration and says that the storage failed', async () => {
  const store = () => {
    throw new Error('EIO');
  };
  const { output } = await run({ fetch: FETCHED, store });
  assert.equal(output, { outcome: 'failed', trouble: 'storage', description: 'EIO' });
});

test.run();
