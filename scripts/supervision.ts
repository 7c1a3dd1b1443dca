import { runSupervision } from '../test/support/supervision-run.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run supervision -- [--kills N] [--sales N] [--seed S]

Kills the parts of a selling terminal, each in each of its states, and looks for a contradiction with the gateway's book.

Options:
  --kills N  of each part (default 100)
  --sales N  at most (default 5000)
  --seed S   default 1
  --help     this text

Exit code 1 for a contradiction.
`;

const { values } = commandLine(USAGE, {
  options: {
    kills: { type: 'string', default: '100' },
    sales: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
});
const { kills, sales, broken, virtualHours } = await runSupervision({
  seed: wholeNumber(USAGE, '--seed', values.seed, 0),
  quota: wholeNumber(USAGE, '--kills', values.kills),
  salesMax: wholeNumber(USAGE, '--sales', values.sales),
  onProgress: (done, killed) => console.log(`${done} sales, ${killed} kills`),
});
for (const [place, count] of Object.entries(kills)) console.log(`${String(count).padStart(5)}  ${place}`);
const sum = Object.values(kills).reduce((total, count) => total + count, 0);
console.log(
  `${sum} kills in ${Object.keys(kills).length} states, ${sales} sales, ${virtualHours.toFixed(1)} virtual hours`,
);
console.log(`${broken.length} contradictions${broken.map((what) => `\n  ${what}`).join('')}`);
process.exitCode = broken.length === 0 ? 0 : 1;
