import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { unbindMachine, type Binding, type UnbindAnswer } from '../../machines/unbind.machine.ts';
import { crashed, done, next, timeOut, type Row } from '../support/charts.ts';

const test = suite('machines/unbind');

const CONTEXT = { configured: true, shopName: 'Tea', open: 0, trouble: null, description: '' };
const bound = (open: number): Binding => ({ configured: true, shopName: 'Tea', open });
const refusal: UnbindAnswer = { kind: 'refused', trouble: 'rejected', description: 'no' };

const ROWS: readonly Row[] = [
  ['reading', done('unbind.reading', bound(0)), 'asking'],
  ['reading', done('unbind.reading', bound(1)), 'refused'],
  ['reading', done('unbind.reading', { configured: false, shopName: '', open: 0 }), 'refused'],
  ['reading', crashed('unbind.reading'), 'refused'],
  ['reading', { type: 'key.enter' }, 'reading'],
  ['reading', { type: 'key.cancel' }, 'left'],
  ['asking', { type: 'key.cancel' }, 'left'],
  ['asking', { type: 'key.amount', key: '8' }, 'asking'],
  ['asking', timeOut('askingPause', 'unbind.asking'), 'left'],
  ['asking', { type: 'key.enter' }, 'unbinding'],
  ['unbinding', { type: 'key.cancel' }, 'unbinding'],
  ['unbinding', done('unbind.unbinding', { kind: 'unbound' }), 'unbound'],
  ['unbinding', done('unbind.unbinding', refusal), 'refused'],
  ['unbinding', crashed('unbind.unbinding'), 'refused'],
  ['unbound', { type: 'key.enter' }, 'left'],
  ['unbound', timeOut('resultPause', 'unbind.unbound'), 'left'],
  ['refused', { type: 'key.cancel' }, 'left'],
  ['refused', timeOut('resultPause', 'unbind.refused'), 'left'],
];
for (const [state, event, target] of ROWS) {
  test(`${state} on ${event.type} ${JSON.stringify(event['output'] ?? '')} is ${target}`, () => {
    assert.is(next(unbindMachine, state, CONTEXT, event).state, target);
  });
}

test('the gateway’s own words of refusal are kept for the screen', () => {
  const { context } = next(unbindMachine, 'unbinding', CONTEXT, done('unbind.unbinding', refusal));
  assert.equal(context, { ...CONTEXT, trouble: 'rejected', description: 'no' });
});

test.run();
