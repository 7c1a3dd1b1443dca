import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runScenarios, type ScenarioOutcome } from '../../../scripts/acceptance/run-scenarios.ts';
import { collectScenarios, suite as scenarios, type ScenarioGroup } from '../../support/scenarios.ts';

const test = suite('scripts/acceptance/run-scenarios');

const collected: ScenarioGroup[] = [];
collectScenarios((group) => collected.push(group));

interface World {
  readonly steps: string[];
}

const steps: string[] = [];
const story = scenarios<World>('a shop');
story.before((world) => void Object.assign(world, { steps }));
story.before.each(({ steps: taken, __test__ }) => void taken.push(`open ${__test__}`));
story.after.each(({ steps: taken }) => void taken.push('tidy'));
story.after(({ steps: taken }) => void taken.push('close'));
story('A1 first', ({ steps: taken }) => void taken.push('first'));
story('A1 second', () => assert.is('paid', 'failed'));
story('A1 third', ({ steps: taken }) => void taken.push('third'));
story.run();

const closed = scenarios<World>('a closed shop');
closed.before(() => Promise.reject(new Error('the door is locked')));
closed.after(() => Promise.reject(new Error('nothing to close')));
closed('A2 first', () => undefined);
closed.run();

const never = new AbortController().signal;

async function outcomesOf(group: ScenarioGroup | undefined, signal = never): Promise<ScenarioOutcome[]> {
  assert.ok(group !== undefined);
  return runScenarios([group], { jobs: 1, signal, onOutcome: () => undefined });
}

test('a suite is collected instead of run, with its hooks around every scenario, also a failing one', async () => {
  const outcomes = await outcomesOf(collected[0]);
  assert.equal(
    outcomes.map(({ name, problem }) => [name, problem === null]),
    [
      ['A1 first', true],
      ['A1 second', false],
      ['A1 third', true],
    ],
  );
  assert.match(outcomes[1]?.problem ?? '', 'expected "failed", got "paid"');
  const around = (name: string, ...own: string[]): string[] => [`open ${name}`, ...own, 'tidy'];
  assert.equal(steps, [
    ...around('A1 first', 'first'),
    ...around('A1 second'),
    ...around('A1 third', 'third'),
    'close',
  ]);
});

test('a world that does not open fails its scenarios, and only them', async () => {
  const outcomes = await outcomesOf(collected[1]);
  assert.equal(
    outcomes.map(({ name, problem }) => [name, problem]),
    [['A2 first', 'the door is locked']],
  );
});

test('after an interruption nothing more is played, and it is not taken for passed', async () => {
  const outcomes = await outcomesOf(collected[0], AbortSignal.abort());
  assert.equal(
    outcomes.map(({ problem }) => problem),
    ['interrupted', 'interrupted', 'interrupted'],
  );
});

test.run();
