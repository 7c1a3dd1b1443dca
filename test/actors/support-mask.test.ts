import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maskedForSupport, MASKED } from '../../actors/support-mask.ts';
import { Secret } from '../../domain/secret.ts';

const test = suite('actors/support-mask');

test('what the list names passes, everything else is masked whatever it is called', () => {
  const context = {
    order: '0100999904651659033160',
    amountFen: 2005,
    phase: 'querying',
    connected: true,
    recovered: null,
    typed: '134567890123456789',
    pin: 123456,
    codeRef: 'c-1',
    transactionId: '4200001',
    passphrase: 'open sesame',
  };
  assert.equal(maskedForSupport(context), {
    order: '0100999904651659033160',
    amountFen: 2005,
    phase: 'querying',
    connected: true,
    recovered: null,
    typed: MASKED,
    pin: MASKED,
    codeRef: MASKED,
    transactionId: MASKED,
    passphrase: MASKED,
  });
});

test('a name of ours passes, a person’s does not', () => {
  assert.equal(maskedForSupport({ type: 'sale.requested' }), { type: 'sale.requested' });
  assert.equal(maskedForSupport({ view: { name: 'refund-scan' } }), { view: { name: 'refund-scan' } });
  assert.equal(maskedForSupport({ clerk: { name: '张三' } }), { clerk: { name: MASKED } });
  assert.equal(maskedForSupport({ clerk: { name: 'Li Ming' } }), { clerk: { name: MASKED } });
});

test('keys that were made of data are kept only when they cannot be a code', () => {
  const health = { 'https://pay.qcloud.com': { state: 'good', latencyMs: 3 }, '134567890123456789': { state: 'good' } };
  assert.equal(maskedForSupport({ health }), {
    health: { 'https://pay.qcloud.com': { state: 'good', latencyMs: 3 }, [MASKED]: { state: 'good' } },
  });
});

test('what is no plain value is masked, and nothing is endless', () => {
  assert.equal(maskedForSupport({ key: new Secret('k'), error: new Error('e'), run: () => 1, when: new Date(0) }), {
    key: MASKED,
    error: MASKED,
    run: MASKED,
    when: MASKED,
  });
  const endless: Record<string, unknown> = { order: 'o' };
  endless['again'] = endless;
  assert.ok(JSON.stringify(maskedForSupport(endless)).length < 1000);
  const wide = Array.from({ length: 5000 }, () => 'x'.repeat(5000));
  assert.ok(JSON.stringify(maskedForSupport({ domains: wide })).length < 100 * 210);
  assert.equal(maskedForSupport({ reason: `a\uD800b` }), { reason: 'a\uFFFDb' });
});

test.run();
