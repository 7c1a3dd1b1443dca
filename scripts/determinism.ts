import { runWorld } from '../simulator/world/world.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run determinism -- [--seeds N] [--payments N]

Lives every seed of the seeded world twice and compares what became of it, byte for byte.

Options:
  --seeds N     how many seeds (default 100)
  --payments N  payments of each life (default 10)
  --help        this text

Exit code 1 when a seed lived two different lives or a money rule was broken.
`;

const { values } = commandLine(USAGE, {
  options: { seeds: { type: 'string', default: '100' }, payments: { type: 'string', default: '10' } },
});

/** Lives every seed twice and compares the hashes over journal, gateway, announcements and time. */
async function main(seeds: number, payments: number): Promise<number> {
  let equal = 0;
  const lives = new Set<string>();
  for (let seed = 1; seed <= seeds; seed += 1) {
    const [one, again] = [
      await runWorld({ seed: `twice/${seed}`, payments }),
      await runWorld({ seed: `twice/${seed}`, payments }),
    ];
    lives.add(one.hash);
    if (one.hash === again.hash && one.violations.length === 0) equal += 1;
    else console.log(`seed twice/${seed}: ${one.hash} and ${again.hash} ${one.violations.join(', ')}`);
  }
  console.log(`${equal} of ${seeds} seeds lived the same life twice; ${lives.size} different lives`);
  return equal === seeds ? 0 : 1;
}

process.exitCode = await main(
  wholeNumber(USAGE, '--seeds', values.seeds),
  wholeNumber(USAGE, '--payments', values.payments),
);
