import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PingAnswer } from '../../domain/payment-gateway.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import {
  chooseDomain,
  domainFailoverMachine,
  type DomainFailoverContext,
  type DomainHealth,
} from '../../machines/domain-failover.machine.ts';
import { crashed, done, next, pass, startChart, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/domain-failover');

const [A, B, C, D] = ['https://a.test', 'https://b.test', 'https://c.test', 'https://d.test'] as const;
const DOMAINS = [A, B, C, D];
const health = (state: DomainHealth['state']): DomainHealth => ({ state, failures: 0, latencyMs: null, reason: '' });
const context = (
  states: Partial<Record<string, DomainHealth['state']>>,
  chosen: string = A,
): DomainFailoverContext => ({
  domains: DOMAINS,
  health: Object.fromEntries(DOMAINS.map((domain) => [domain, health(states[domain] ?? 'untried')])),
  chosen,
  remaining: DOMAINS,
  coolDownMs: 30_000,
  reported: null,
});
const ALIVE: PingAnswer = { kind: 'alive', latencyMs: 12, gatewayTimeMs: null };
const DEAD: PingAnswer = { kind: 'dead', reason: 'refused', latencyMs: 1 };
const failed = (domain: string) => ({ type: 'domain.failed', domain, reason: 'lost' });
const answered = (domain: string) => ({ type: 'domain.answered', domain, latencyMs: 5 });

function table(title: string, of: DomainFailoverContext, rows: readonly Row[]): void {
  for (const [state, event, target] of rows) {
    const output = event['output'] as { kind?: string } | undefined;
    const about = output?.kind ?? (typeof event['domain'] === 'string' ? event['domain'] : '');
    test(`${title}: ${state} on ${event.type} ${about} is ${target}`, () => {
      assert.is(next(domainFailoverMachine, state, of, event).state, target);
    });
  }
}

table('with several to ask', context({}), [
  ['watching', failed(A), 'probing.asking'],
  ['watching', failed('https://stranger.test'), 'watching'],
  ['watching', answered(A), 'watching'],
  ['watching', { type: 'domain.cooledDown', domain: A }, 'watching'],
  ['watching', { type: 'domainCheck.start' }, 'checking.asking'],
  ['probing.asking', failed(B), 'probing.asking'],
  ['probing.asking', done('domainFailover.probing.asking', ALIVE), 'watching'],
  ['probing.asking', done('domainFailover.probing.asking', DEAD), 'probing.asking'],
  ['probing.asking', crashed('domainFailover.probing.asking'), 'probing.resting'],
  ['probing.asking', { type: 'domainCheck.start' }, 'checking.asking'],
  ['probing.resting', timeOut('probeAgain', 'domainFailover.probing.resting'), 'probing.asking'],
  ['checking.asking', done('domainFailover.checking.asking', ALIVE), 'checking.asking'],
  ['checking.asking', failed(B), 'checking.asking'],
  ['checking.asking', crashed('domainFailover.checking.asking'), 'watching'],
]);
table('with the last one to ask', { ...context({}), remaining: [D] }, [
  ['probing.asking', done('domainFailover.probing.asking', DEAD), 'probing.resting'],
  ['checking.asking', done('domainFailover.checking.asking', DEAD), 'watching'],
]);

test('the sticky choice is kept until it fails', () => {
  assert.is(chooseDomain(context({ [A]: 'good', [B]: 'good' }, B)), B);
  assert.is(chooseDomain(context({ [B]: 'bad' }, B)), A);
});

test('a domain that this attempt has tried is left out', () => {
  assert.is(chooseDomain(context({}), [A]), B);
  assert.is(chooseDomain(context({ [B]: 'bad' }), [A]), C);
});

test('when all rest one is chosen all the same: no query is suppressed', () => {
  const all = context({ [A]: 'bad', [B]: 'bad', [C]: 'bad', [D]: 'bad' });
  assert.is(chooseDomain(all), A);
  assert.is(chooseDomain(all, [A, B]), C);
  assert.is(chooseDomain(all, DOMAINS), A);
});

function startFailover(ping: (domain: string) => PingAnswer) {
  const clock = new VirtualClock();
  const pinged: string[] = [];
  const ports = {
    ping: ({ domain }: { domain: string }) => {
      pinged.push(domain);
      return ping(domain);
    },
  };
  const input = { domains: DOMAINS, coolDownMs: 30_000 };
  return { ...startChart(domainFailoverMachine, { clock, input, ports }), clock, pinged };
}
const lastChange = (heard: readonly { type: string; chosen?: unknown; anyGood?: unknown }[]) =>
  heard.findLast(({ type }) => type === 'domains.changed');

test('after a failure the others are asked at once, and the first that answers is the new choice', async () => {
  const failover = startFailover((domain) => (domain === C ? ALIVE : DEAD));
  failover.send(failed(A));
  await pass(failover.clock, 0);
  assert.equal(failover.pinged, [B, C]);
  assert.is(lastChange(failover.heard)?.chosen, C);
});

test('an answer that only confirms what is known is not reported', async () => {
  const failover = startFailover(() => ALIVE);
  failover.send(answered(A));
  const reports = failover.heard.length;
  failover.send(answered(A));
  assert.is(failover.heard.length, reports);
  assert.is((failover.context() as unknown as DomainFailoverContext).health[A]?.latencyMs, 5);
  // Another good domain is nothing that anybody would do otherwise for.
  failover.send(answered(B));
  assert.is(failover.heard.length, reports);
});

test('when none answers the terminal says so, and goes on asking every half minute', async () => {
  let anyAlive = false;
  const failover = startFailover((domain) => (anyAlive && domain === D ? ALIVE : DEAD));
  failover.send(failed(A));
  await pass(failover.clock, 0);
  assert.is(lastChange(failover.heard)?.anyGood, false);
  await pass(failover.clock, 29_000);
  const before = failover.pinged.length;
  anyAlive = true;
  await pass(failover.clock, 2000);
  assert.ok(failover.pinged.length > before);
  assert.is(lastChange(failover.heard)?.chosen, D);
  assert.is(lastChange(failover.heard)?.anyGood, true);
});

test('a domain that failed may be chosen again after its rest', async () => {
  const failover = startFailover(() => ALIVE);
  failover.send(failed(A));
  await pass(failover.clock, 0);
  const states = () => (failover.context() as unknown as DomainFailoverContext).health[A]?.state;
  assert.is(states(), 'bad');
  await pass(failover.clock, 30_000);
  assert.is(states(), 'untried');
});

test('the domain check asks all in order, with a word for each, and takes the first good one', async () => {
  const failover = startFailover((domain) => (domain === A ? DEAD : ALIVE));
  failover.send({ type: 'domainCheck.start' });
  await pass(failover.clock, 0);
  assert.equal(failover.pinged, DOMAINS);
  const steps = failover.heard.filter(({ type }) => type === 'domainCheck.progress');
  assert.equal(
    steps.map((step) => `${String(step['domain'])} ${(step['answer'] as PingAnswer | null)?.kind ?? 'asking'}`),
    DOMAINS.flatMap((domain) => [`${domain} asking`, `${domain} ${domain === A ? 'dead' : 'alive'}`]),
  );
  assert.is(failover.heard.find(({ type }) => type === 'domainCheck.done')?.['chosen'], B);
});

test.run();
