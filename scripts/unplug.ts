import { runUnplugging, UNPLUGGED_PARTS } from '../test/support/unplug-run.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run unplug -- [--seed S]

Unplugs printer, scanner, loudspeaker and WiFi in every state of a payment and of a refund, and puts each back a while
later.

Options:
  --seed S  default 1
  --help    this text

Exit code 1 when anything was lost, not told or not used again.
`;

const { values } = commandLine(USAGE, { options: { seed: { type: 'string', default: '1' } } });
const { cases, broken, story } = await runUnplugging(wholeNumber(USAGE, '--seed', values.seed, 0));
for (const { part, place, screen } of cases) console.log(`${part.padEnd(8)} ${place.padEnd(40)} told on ${screen}`);
for (const part of UNPLUGGED_PARTS) {
  console.log(`${part}: ${cases.filter((one) => one.part === part).length} states`);
}
console.log(`${broken.length} broken${broken.map((what) => `\n  ${what}`).join('')}`);
for (const line of story) console.log(line);
process.exitCode = broken.length === 0 ? 0 : 1;
