import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GatewayCalls } from '../../actors/gateway-calls.ts';
import type { CallTrace, Domain, NotSent, Unknown } from '../../domain/payment-gateway.ts';

const test = suite('actors/gateway-calls');

const DOMAINS = ['https://a.test', 'https://b.test'];
const trace = (domain: Domain, status: number | null): CallTrace => ({
  domain,
  operation: 'query_order',
  logId: null,
  status,
  internalStatus: null,
  description: '',
  connectMs: 5,
  requestMs: 7,
});

function openCalls() {
  const health: string[] = [];
  const lines: unknown[] = [];
  const log = {
    debug: () => undefined,
    info: (fields: unknown) => lines.push(fields),
    warn: () => undefined,
    error: () => undefined,
  };
  const calls = new GatewayCalls({
    chooseDomain: (tried) => DOMAINS.find((domain) => !tried.includes(domain)) ?? 'https://a.test',
    reportHealth: (event) => health.push(`${event.type} ${event.domain}`),
    log,
    nowMs: () => 0,
  });
  return { calls, health, lines };
}
const signal = (): AbortSignal => new AbortController().signal;
const unknown = (domain: Domain, status: number | null): Unknown => ({
  kind: 'unknown',
  reason: 'lost',
  waitMs: 0,
  trace: trace(domain, status),
});

test('one attempt is one call on the domain of choice', async () => {
  const { calls } = openCalls();
  const asked: Domain[] = [];
  const answer = await calls.attempt(
    async ({ domain }) => {
      asked.push(domain);
      return unknown(domain, 3);
    },
    { signal: signal(), tried: ['https://a.test'] },
  );
  assert.equal(asked, ['https://b.test']);
  assert.is(answer.kind, 'unknown');
});

test('a domain that gave no usable answer has failed, one that said anything readable has answered', async () => {
  const { calls, health } = openCalls();
  const notSent = (domain: Domain): NotSent => ({ kind: 'not-sent', reason: 'refused', trace: trace(domain, null) });
  await calls.attempt(async ({ domain }) => notSent(domain), { signal: signal() });
  await calls.attempt(async ({ domain }) => unknown(domain, null), { signal: signal() });
  await calls.attempt(async ({ domain }) => unknown(domain, 103), { signal: signal() });
  assert.equal(health, [
    'domain.failed https://a.test',
    'domain.failed https://a.test',
    'domain.answered https://a.test',
  ]);
});

test('an attempt that the terminal gave up itself says nothing about the domain', async () => {
  const { calls, health } = openCalls();
  const stop = new AbortController();
  await calls.attempt(
    async ({ domain }) => {
      stop.abort();
      return unknown(domain, null);
    },
    { signal: stop.signal },
  );
  assert.equal(health, []);
});

test('every call leaves one line for support', async () => {
  const { calls, lines } = openCalls();
  await calls.attempt(async ({ domain }) => unknown(domain, 3), { signal: signal(), domain: 'https://b.test' });
  assert.is(lines.length, 1);
  assert.match(JSON.stringify(lines[0]), /"domain":"https:\/\/b.test".*"kind":"unknown"/);
});

test.run();
