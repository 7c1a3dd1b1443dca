import * as assert from 'uvu/assert';
import type { Key } from '../../domain/screen.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';
import { ActorCensus } from './actor-census.ts';
import { sandboxTransport } from './sandbox-transport.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

/** A whole terminal on a virtual clock beside its sandbox, whose charts can be made to crash. */
export interface CrashShop {
  readonly terminal: VirtualTerminal;
  readonly sandbox: Sandbox;
  readonly census: ActorCensus;
  kill(id: string): void;
  press(...keys: readonly Key[]): Promise<void>;
  /** Everything that was said, oldest first. */
  voices(): string[];
  /** Everything that was printed, by kind. */
  slips(kind: string): string[];
}

export async function openCrashShop(latencyMs = 300, spokenMs = 0): Promise<CrashShop> {
  const clock = new VirtualClock();
  const settings = { latency: { kind: 'fixed', ms: latencyMs } } as const;
  const sandbox = createSandbox({ clock, random: new SeededRandom(1), settings });
  sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  const census = new ActorCensus();
  const opened: VirtualTerminal[] = [];
  const transport = sandboxTransport(sandbox, clock);
  await census.watch(
    async () => void opened.push(await VirtualTerminal.start({ seed: 1, clock, transport, spokenMs })),
  );
  const [terminal] = opened;
  if (terminal === undefined) throw new Error('the terminal did not start');
  return {
    terminal,
    sandbox,
    census,
    kill(id) {
      const found = census.citizens().find((citizen) => citizen.id === id);
      assert.ok(found !== undefined, `${id} is not alive`);
      found.crash(new Error(`planted in ${id}`));
    },
    async press(...keys) {
      terminal.keypad.press(...keys);
      await terminal.turn();
    },
    voices: () => terminal.told.filter(({ is }) => is === 'voice').map((told) => String(told['text'])),
    slips: (kind) =>
      terminal.told.filter((told) => told.is === 'print' && told['kind'] === kind).map((told) => String(told['job'])),
  };
}
