import { createActor, fromPromise, setup, type AnyActorRef, type AnyStateMachine, type Snapshot } from 'xstate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withPorts } from '../../actors/with-ports.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import * as charts from '../../machines/index.ts';
import { domainFailoverMachine } from '../../machines/domain-failover.machine.ts';
import type { PingAnswer } from '../../domain/payment-gateway.ts';
import { pass } from '../support/charts.ts';

const test = suite('actors/with-ports');

const [A, B] = ['https://a.test', 'https://b.test'] as const;
const FAILED = { type: 'domain.failed', domain: A, reason: 'lost' } as const;
const ALIVE: PingAnswer = { kind: 'alive', latencyMs: 12, gatewayTimeMs: null };
const DEAD: PingAnswer = { kind: 'dead', reason: 'refused', latencyMs: 1 };
const pinging = (answer: PingAnswer) => ({
  actors: { ping: fromPromise<PingAnswer, { domain: string }>(() => Promise.resolve(answer)) },
});

type Failover = typeof domainFailoverMachine;

/** One failure and what follows, then a restart from what was kept; gives all that is remembered at the end, and the states on the way. */
async function lived(chart: Failover): Promise<{ readonly end: unknown; readonly states: readonly string[] }> {
  const clock = new VirtualClock();
  const supervisor = setup({ actors: { chart: chart as never } }).createMachine({
    invoke: { src: 'chart' as never, id: 'chart', input: { domains: [A, B], coolDownMs: 30_000 } as never },
    on: { '*': { actions: [] } },
  });
  const states: string[] = [];
  const live = async (snapshot?: Snapshot<unknown>) => {
    const actor = createActor(supervisor, { clock, ...(snapshot !== undefined && { snapshot }) });
    actor.start();
    const child = actor.getSnapshot().children['chart'] as AnyActorRef;
    child.subscribe(({ value }: { value: unknown }) => states.push(JSON.stringify(value)));
    child.send(FAILED);
    await pass(clock, 40_000);
    child.send({ type: 'domain.answered', domain: A, latencyMs: 3 });
    return actor;
  };
  const root = await live();
  const kept = root.getPersistedSnapshot();
  root.stop();
  const again = await live(kept);
  return { end: JSON.parse(JSON.stringify(again.getPersistedSnapshot())), states };
}

test('a chart with ports lives as one that XState has provided them for', async () => {
  for (const answer of [ALIVE, DEAD]) {
    const expected = await lived(domainFailoverMachine.provide(pinging(answer)));
    assert.equal(await lived(withPorts(domainFailoverMachine, pinging(answer))), expected);
    assert.ok(expected.states.length > 2);
  }
});

test('two with the same nodes have each its own ports, and the chart itself has none', async () => {
  const good = withPorts(domainFailoverMachine, pinging(ALIVE));
  const bad = withPorts(domainFailoverMachine, pinging(DEAD));
  const states = await Promise.all([lived(good), lived(bad)]);
  assert.not.equal(states[0], states[1]);
  assert.is(good.implementations.actors['ping'] === bad.implementations.actors['ping'], false);
  assert.is(domainFailoverMachine.implementations.actors['ping'] === good.implementations.actors['ping'], false);
});

test('every chart of the terminal keeps its nodes, its guards, its actions and its delays', () => {
  for (const [name, chart] of Object.entries<AnyStateMachine>(charts)) {
    const fulfilled: AnyStateMachine = withPorts(chart, {});
    assert.is(fulfilled.root, chart.root, name);
    assert.equal(Object.keys(fulfilled), Object.keys(chart), name);
    for (const kind of ['actors', 'actions', 'guards', 'delays'] as const) {
      assert.equal(fulfilled.implementations[kind], chart.implementations[kind], `${name} ${kind}`);
    }
    for (const method of [
      'transition',
      'getInitialSnapshot',
      'getPersistedSnapshot',
      'restoreSnapshot',
      'start',
    ] as const) {
      assert.is(fulfilled[method] === chart[method], false, `${name} ${method}`);
    }
  }
});

test.run();
