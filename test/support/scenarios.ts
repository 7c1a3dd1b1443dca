import { suite as uvuSuite, type Callback, type Test } from 'uvu';

type Story<World> = Callback<World>;

/** One named scenario of a file. Its name begins with the rows of the acceptance table that it shows. */
export interface Scenario {
  readonly name: string;
  /** Runs it in the world of its group. */
  readonly play: () => Promise<void>;
}

/** The scenarios of one suite, in order: they share a world, so they run together. */
export interface ScenarioGroup {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  /** Opens the shared world. When it throws, no scenario of the group can run. */
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

let listener: ((group: ScenarioGroup) => void) | null = null;

/** From now on suites are handed over instead of being run by uvu: for the acceptance report, which runs them itself. */
export function collectScenarios(take: (group: ScenarioGroup) => void): void {
  listener = take;
}

/** A suite of scenarios: uvu's own, unless somebody collects them. */
export function suite<World>(name: string): Test<World> {
  return listener === null ? uvuSuite<World>(name) : collectedSuite<World>(name, listener);
}

function collectedSuite<World>(name: string, take: (group: ScenarioGroup) => void): Test<World> {
  // Every hook fills in its own part before a scenario looks at it.
  const world = { __suite__: name, __test__: '' } as World & { __suite__: string; __test__: string };
  const hooks = { before: hookList<World>(), after: hookList<World>(), beforeEach: hookList<World>() };
  const afterEach = hookList<World>();
  const scenarios: Scenario[] = [];
  const all = async (stories: readonly Story<World>[]): Promise<void> => {
    for (const story of stories) await story(world);
  };
  const play = async (scenario: string, story: Story<World>): Promise<void> => {
    world.__test__ = scenario;
    try {
      await all(hooks.beforeEach.stories);
      await story(world);
    } finally {
      await all(afterEach.stories);
    }
  };
  const add = (scenario: string, story: Story<World>): void => {
    scenarios.push({ name: scenario, play: () => play(scenario, story) });
  };
  const unavailable = (): never => {
    throw new Error('a scenario is neither skipped nor run alone');
  };
  return Object.assign(add, {
    only: unavailable,
    skip: unavailable,
    before: Object.assign(hooks.before.add, { each: hooks.beforeEach.add }),
    after: Object.assign(hooks.after.add, { each: afterEach.add }),
    run: () => {
      take({ name, scenarios, open: () => all(hooks.before.stories), close: () => all(hooks.after.stories) });
    },
  });
}

function hookList<World>(): { readonly stories: Story<World>[]; readonly add: (story: Story<World>) => void } {
  const stories: Story<World>[] = [];
  return { stories, add: (story) => void stories.push(story) };
}
