import type { ScenarioGroup } from '../../test/support/scenarios.ts';

/** What became of one scenario. */
export interface ScenarioOutcome {
  readonly group: string;
  readonly name: string;
  readonly seconds: number;
  /** Null when it holds, else what was wrong. */
  readonly problem: string | null;
}

/** How wide scenarios are run, and who hears of each. */
export interface RunOptions {
  /** Groups that run at the same time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: ScenarioOutcome) => void;
}

/** Runs whole groups, because the scenarios of a group share a world; outcomes come as they are known. */
export async function runScenarios(groups: readonly ScenarioGroup[], options: RunOptions): Promise<ScenarioOutcome[]> {
  const waiting = [...groups];
  const outcomes: ScenarioOutcome[] = [];
  const report = (outcome: ScenarioOutcome): void => {
    outcomes.push(outcome);
    options.onOutcome(outcome);
  };
  const worker = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      await runGroup(group, options.signal, report);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return outcomes;
}

async function runGroup(
  group: ScenarioGroup,
  signal: AbortSignal,
  report: (outcome: ScenarioOutcome) => void,
): Promise<void> {
  const openedAt = performance.now();
  const opening = await problemOf(group.open);
  // The world's own time belongs to the first scenario: somebody has to wait for it.
  let since = openedAt;
  for (const { name, play } of group.scenarios) {
    const problem = opening ?? (signal.aborted ? 'interrupted' : await problemOf(play));
    report({ group: group.name, name, seconds: (performance.now() - since) / 1000, problem });
    since = performance.now();
  }
  const closing = await problemOf(group.close);
  // A world that did not open has nothing to close.
  if (closing !== null && opening === null)
    report({ group: group.name, name: 'closing the world', seconds: 0, problem: closing });
}

async function problemOf(step: () => Promise<void>): Promise<string | null> {
  try {
    await step();
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.message}${expectation(error)}` : String(error);
  }
}

/** uvu's assertions say in fields of their own what they expected. */
function expectation(error: Error): string {
  if (!('expects' in error) || !('actual' in error) || error.expects === undefined) return '';
  return `: expected ${JSON.stringify(error.expects)}, got ${JSON.stringify(error.actual)}`.slice(0, 400);
}
