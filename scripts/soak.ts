import { parseArgs } from 'node:util';
import { runSoak } from '../test/support/soak-run.ts';

/** Above it something is kept for every payment. */
const SLOPE_BYTES_MAX = 5;

const { values } = parseArgs({
  options: { payments: { type: 'string', default: '100000' }, every: { type: 'string', default: '2500' } },
});
const startedAt = performance.now();
const report = await runSoak({
  payments: Number(values.payments),
  sampleEvery: Number(values.every),
  onSample: ({ payments, heapBytes, rssBytes, handles, descriptors, timers, actors, msPerPayment }) => {
    const memory = `heap ${(heapBytes / 1e6).toFixed(2)} MB, rss ${(rssBytes / 1e6).toFixed(0)} MB`;
    const open = `${handles} handles, ${descriptors} descriptors, ${timers} timers, ${actors} actors`;
    console.log(`${payments} payments: ${memory}, ${open}, ${msPerPayment.toFixed(2)} ms each`);
  },
});
const { heapBytesPerPayment, spoken, printed } = report;
const minutes = (performance.now() - startedAt) / 60_000;
console.log(
  `slope ${heapBytesPerPayment.toFixed(2)} bytes a payment over the second half; ${spoken} sentences, ${printed} slips`,
);
console.log(`${minutes.toFixed(1)} minutes`);
process.exitCode = heapBytesPerPayment < SLOPE_BYTES_MAX ? 0 : 1;
