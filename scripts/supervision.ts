import { parseArgs } from 'node:util';
import { runSupervision } from '../test/support/supervision-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    sales: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
});
const { kills, sales, broken, virtualHours } = await runSupervision({
  seed: Number(values.seed),
  quota: Number(values.kills),
  salesMax: Number(values.sales),
  onProgress: (done, killed) => console.log(`${done} sales, ${killed} kills`),
});
for (const [place, count] of Object.entries(kills)) console.log(`${String(count).padStart(5)}  ${place}`);
const sum = Object.values(kills).reduce((total, count) => total + count, 0);
console.log(
  `${sum} kills in ${Object.keys(kills).length} states, ${sales} sales, ${virtualHours.toFixed(1)} virtual hours`,
);
console.log(`${broken.length} contradictions${broken.map((what) => `\n  ${what}`).join('')}`);
process.exitCode = broken.length === 0 ? 0 : 1;
