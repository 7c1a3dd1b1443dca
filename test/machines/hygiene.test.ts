import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { and, assign, fromPromise, raise, setup, type AnyStateMachine } from 'xstate';
import { chartProblems } from '../../scripts/chart-hygiene.ts';
import { diagramPage } from '../../scripts/diagram.ts';
import { loadMachines } from '../../scripts/load-machines.ts';

const hygiene = suite('machines/hygiene');

/** Ports that may be invoked without both exits: `<machine>` → port → why. Empty is the aim. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

const machines = await loadMachines();

hygiene('there are machines to look at', () => {
  assert.ok(machines.length > 0);
});

hygiene('no machine file is left out of the index', () => {
  const files = globSync('*.machine.ts', { cwd: fileURLToPath(new URL('../../machines', import.meta.url)) });
  const known = machines.map(({ name }) => `${name}.machine.ts`);
  assert.equal(
    files.filter((file) => !known.includes(file)),
    [],
  );
});

for (const { name, machine } of machines) {
  hygiene(`${name}: every name in the chart has something behind it`, () => {
    assert.equal(chartProblems(machine, EXCEPTIONS[name] ?? {}), []);
  });
}

const names = {
  actors: { submit: fromPromise(() => Promise.resolve()) },
  guards: { isFinal: () => true },
  actions: { settle: () => undefined },
  delays: { pause: 10 },
};

const build = (chart: object): AnyStateMachine =>
  setup(names).createMachine(chart as never) as unknown as AnyStateMachine;
const pausing = (delay: string): unknown => raise({ type: 'go' }, { delay: delay as never });

/** The chart is cast because the point is to write what the types would refuse. */
function problemsOf(states: object, more: object = {}): string[] {
  const chart = { id: 'planted', initial: 'a', states, ...more };
  return chartProblems(build(chart));
}

hygiene('a clean chart has no findings', () => {
  const clean = {
    a: {
      entry: ['settle', pausing('pause')],
      invoke: { src: 'submit', onDone: { target: 'b', guard: and(['isFinal', 'isFinal']) }, onError: 'b' },
      after: { pause: 'b', 500: 'b' },
    },
    b: { type: 'final' },
  };
  assert.equal(problemsOf(clean), []);
});

hygiene('a misspelt delay, which XState fires at once, is found', () => {
  assert.equal(problemsOf({ a: { after: { puase: 'b' } }, b: {} }), ['planted.a after: delay "puase" is not defined']);
  const delayed = pausing('puase');
  assert.equal(problemsOf({ a: { entry: delayed } }), ['planted.a entry: delay "puase" is not defined']);
});

hygiene('a missing action, which XState skips without a word, is found in every position', () => {
  assert.equal(problemsOf({ a: { entry: 'setle', on: { go: { actions: { type: 'settel' } } } } }), [
    'planted.a entry: action "setle" is not defined',
    'planted.a on go: action "settel" is not defined',
  ]);
});

hygiene('a missing guard is found, inside a combination too', () => {
  const states = {
    a: {
      always: [
        { guard: 'isFinl', target: 'b' },
        { guard: and(['isFinal', 'nope']), target: 'b' },
      ],
    },
    b: {},
  };
  assert.equal(problemsOf(states), [
    'planted.a always: guard "isFinl" is not defined',
    'planted.a always: guard "nope" is not defined',
  ]);
});

hygiene('an unknown port, and a port with only one exit, are found', () => {
  const states = { a: { invoke: [{ src: 'submti' }, { src: 'submit', onDone: 'b' }] }, b: {} };
  assert.equal(problemsOf(states), [
    'planted.a: actor "submti" is not defined',
    'planted.a: invokes "submit" without onError',
  ]);
});

hygiene('inline guards and actions are found, built-in assignments too', () => {
  const states = { a: { on: { go: { guard: () => true, actions: [() => undefined, assign({})] } } } };
  assert.equal(problemsOf(states), [
    'planted.a on go: inline guard: name it in setup({ guards })',
    'planted.a on go: inline function: name it in setup({ actions })',
    'planted.a on go: inline assign: name it in setup({ actions })',
  ]);
});

hygiene('an initial state that does not exist is found before the start', () => {
  assert.equal(problemsOf({ a: { initial: 'x', states: { y: {} } } }), ['planted.a: initial state "x" does not exist']);
});

hygiene('a target that does not exist refuses to be built', () => {
  assert.throws(() => problemsOf({ a: { on: { go: 'nowhere' } } }), /nowhere/);
});

hygiene('the same machine draws the same page, and a changed one a different page', () => {
  const draw = (states: object): string => diagramPage('planted', build({ id: 'planted', initial: 'a', states }));
  const states = { a: { tags: 'busy', after: { pause: { target: 'b', guard: 'isFinal' } } }, b: { type: 'final' } };
  assert.is(draw(states), draw(states));
  assert.match(draw(states), /\n {2}a --> b : after pause \[isFinal\]\n/);
  assert.match(draw(states), /\| `a` \| state \| `busy` \|/);
  assert.is.not(draw(states), draw({ ...states, a: { after: { pause: 'b' } } }));
});

hygiene('parallel regions and nested states are drawn inside their parents', () => {
  const region = { initial: 'x', states: { x: {} } };
  const states = { a: { type: 'parallel', states: { left: region, right: region } } };
  const page = diagramPage('planted', build({ id: 'planted', initial: 'a', states }));
  assert.match(page, /state "a" as a \{[\s\S]*as a__left \{[\s\S]*\n {4}--\n[\s\S]*as a__right \{/);
});

hygiene.run();
