import { runSupervision } from '../test/support/supervision-run.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run supervision -- [--times N] [--seed S] [--where TEXT]

Kills every chart of a working terminal in each of its states, and looks for a broken money rule and for charts that
do not come back.

Options:
  --times N  in each state (default 100)
  --seed S   default 1
  --where T  only in states whose name begins so, as "refund inWindow"
  --help     this text

Exit code 1 for anything that broke, and for a state that was not reached.
`;

const { values } = commandLine(USAGE, {
  options: {
    times: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    where: { type: 'string', default: '' },
  },
});
const { kills, broken, story, shops, sales, refunds, virtualHours } = await runSupervision({
  seed: wholeNumber(USAGE, '--seed', values.seed, 0),
  times: wholeNumber(USAGE, '--times', values.times),
  where: (place) => place.startsWith(values.where),
  onProgress: (done, of) => console.log(`${done} of ${of} kills`),
});
for (const [place, count] of Object.entries(kills)) console.log(`${String(count).padStart(5)}  ${place}`);
const sum = Object.values(kills).reduce((total, count) => total + count, 0);
const charts = new Set(Object.keys(kills).map((place) => place.split(' ')[0]));
console.log(
  `${sum} kills in ${Object.keys(kills).length} states of ${charts.size} charts; ` +
    `${sales} sales and ${refunds} refunds in ${shops} shops, ${virtualHours.toFixed(1)} virtual hours`,
);
console.log(`${broken.length} broken${broken.map((what) => `\n  ${what}`).join('')}`);
for (const line of story) console.log(line);
process.exitCode = broken.length === 0 ? 0 : 1;
