import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TerminalSnapshot, TransitionRecord } from '../../../fleet/contract/snapshot.ts';
import { jsonLines } from '../../../fleet/console/change/json-lines.ts';
import { actorDifferences, differencesOf } from '../../../fleet/console/inside/differences.ts';
import { InsideHistory } from '../../../fleet/console/inside/inside-history.ts';
import { litStates, stateWords } from '../../../fleet/console/inside/lit-states.ts';
import { FILE_BYTES_MAX, readSupportFile } from '../../../fleet/console/inside/read-support-file.ts';
import { sampleBundle } from '../../support/sample-bundle.ts';

const inside = suite('fleet/console/inside');

const step = (n: number, a: string, m: string, ev: string, st: unknown, cx?: unknown): TransitionRecord => {
  return { n, t: n, a, m, ev, st, ...(cx !== undefined && { cx }) };
};

const SNAPSHOT: TerminalSnapshot = {
  ...{ at: 1, sw: '1', journal: [], openOrders: [], openRefunds: [] },
  actors: {
    terminal: { machine: 'terminal', state: { running: { trade: 'selling' } }, context: { boot: 3 } },
    cashier: { machine: 'cashier', state: 'following', context: { amountFen: 7 } },
    journal: { machine: 'journal', state: 'ready', context: {} },
  },
  transitions: [
    step(5, 'cashier', 'cashier', 'key.enter', 'presentCode', { amountFen: 7 }),
    step(6, 'payment.1', 'payment', 'xstate.init', 'recording', { order: 'o1' }),
    step(7, 'payment.1', 'payment', 'done', null),
    step(8, 'x:0', 'terminal', 'payment.settled', { running: { trade: 'selling' } }),
    step(9, 'cashier', 'cashier', 'scan.customerCode', 'following'),
  ],
};

inside('a state value lights the state and every state around it, region by region', () => {
  assert.equal([...litStates('idle')], ['', 'idle']);
  assert.equal(
    [...litStates({ running: { trade: 'selling', voice: { on: 'saying' } } })],
    [
      ...['', 'running', 'running.trade', 'running.trade.selling', 'running.voice', 'running.voice.on'],
      'running.voice.on.saying',
    ],
  );
  assert.is(stateWords({ inWindow: 'querying' }), 'inWindow › querying');
  assert.is(stateWords({ a: 'b', c: {} }), 'a › b · c');
});

inside('at the end of the timeline stands what the snapshot says', () => {
  const history = new InsideHistory(SNAPSHOT);
  assert.is(history.end, 4);
  assert.equal(
    history.at(4).map(({ id, state }) => [id, state]),
    [
      ['terminal', { running: { trade: 'selling' } }],
      ['cashier', 'following'],
      ['journal', 'ready'],
    ],
  );
});

inside(
  'a step back shows each actor as it was: what began later is not there, what is not kept is told as such',
  () => {
    const history = new InsideHistory(SNAPSHOT);
    assert.equal(history.actor('cashier', 3), {
      ...{ id: 'cashier', machine: 'cashier', state: 'presentCode', context: { amountFen: 7 } },
    });
    assert.is(history.actor('payment.1', 0), null, 'it had not begun');
    assert.is(history.actor('payment.1', 1)?.state, 'recording');
    assert.is(history.actor('payment.1', 2)?.state, null, 'it ended with this step');
    assert.is(history.actor('payment.1', 3), null, 'and is gone');
    assert.is(history.actor('terminal', 0)?.state, undefined, 'its state before its first kept transition is not kept');
    assert.is(history.actor('journal', 0)?.state, 'ready', 'nothing has moved it since');
    assert.is(history.actorOfStep(3), 'terminal', 'the root is one actor, by whatever id');
  },
);

inside('transitions that are followed come after the snapshot, each once and in order', () => {
  const more = [
    step(11, 'cashier', 'cashier', 'key.cancel', 'idle'),
    step(10, 'cashier', 'cashier', 'payment.settled', { result: 'paid' }),
    step(10, 'cashier', 'cashier', 'payment.settled', { result: 'paid' }),
    step(9, 'cashier', 'cashier', 'scan.customerCode', 'following'),
  ];
  const history = new InsideHistory(SNAPSHOT, more);
  assert.equal(
    history.steps.map(({ n }) => n),
    [5, 6, 7, 8, 9, 10, 11],
  );
  assert.is(history.actor('cashier', history.end)?.state, 'idle');
  assert.equal(history.actor('cashier', 5)?.state, { result: 'paid' });
  assert.is(history.actor('cashier', 4)?.state, 'following');
  assert.is(history.actor('journal', history.end)?.state, 'ready');
});

inside('two looks differ actor by actor: state, context by path, and who is not there', () => {
  const a = new InsideHistory(SNAPSHOT);
  const b = new InsideHistory({
    ...SNAPSHOT,
    transitions: [],
    actors: {
      ...SNAPSHOT.actors,
      cashier: { machine: 'cashier', state: 'idle', context: { amountFen: 8, staff: { id: 1 } } },
      'payment.1': { machine: 'payment', state: 'recording', context: {} },
    },
  });
  const [cashier, payment, ...others] = actorDifferences(a.at(a.end), b.at(b.end));
  assert.equal(others, []);
  assert.is(cashier?.isStateChanged, true);
  assert.equal(
    cashier?.context.map(({ path }) => path),
    ['amountFen', 'staff'],
  );
  assert.equal([payment?.id, payment?.a], ['payment.1', null]);
  assert.equal(differencesOf({ a: [1, 2] }, { a: [1, 3] }), [{ path: 'a.1', a: 2, b: 3 }]);
});

inside('documents are laid side by side; the order of keys is no difference', () => {
  assert.ok(jsonLines({ a: 1, b: { d: 2, c: 3 } }, { b: { c: 3, d: 2 }, a: 1 }).every(({ isSame }) => isSame));
  const changed = jsonLines({ a: 1, b: 2 }, { a: 1, b: 3, c: 4 }).filter(({ isSame }) => !isSame);
  assert.equal(changed, [
    { left: '  "b": 2', right: '  "b": 3,', isSame: false },
    { left: null, right: '  "c": 4', isSame: false },
  ]);
});

inside('a support file is a bundle or a snapshot; anything else says why it is neither', () => {
  const bundle = sampleBundle();
  const read = readSupportFile(JSON.stringify(bundle));
  assert.is(read.ok && read.file.bundle?.sn, 'SN-0001');
  const alone = readSupportFile(JSON.stringify(bundle.snapshot));
  assert.ok(alone.ok && alone.file.bundle === null && alone.file.snapshot?.sw === '0.1.0');
  for (const text of ['', '{', '[]', 'null', '{"is":"till-support-bundle"}', '"\\u0000"', '['.repeat(200)]) {
    const refused = readSupportFile(text);
    assert.ok(!refused.ok && refused.why.length > 0, text);
  }
  const huge = readSupportFile(`"${'x'.repeat(FILE_BYTES_MAX)}"`);
  assert.ok(!huge.ok && huge.why.includes('bytes at most'));
});

inside.run();
