import { runSoak } from '../test/support/soak-run.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run soak -- [--payments N] [--every N]

One terminal takes payment after payment on virtual time, and must keep nothing of them:
memory, handles, timers, actors.

Options:
  --payments N  how many (default 100000)
  --every N     a line of figures each N payments (default 2500)
  --help        this text

Exit code 1 when the heap grows by 5 bytes a payment or more.
`;

/** Above it something is kept for every payment. */
const SLOPE_BYTES_MAX = 5;

const { values } = commandLine(USAGE, {
  options: { payments: { type: 'string', default: '100000' }, every: { type: 'string', default: '2500' } },
});
const startedAt = performance.now();
const report = await runSoak({
  payments: wholeNumber(USAGE, '--payments', values.payments),
  sampleEvery: wholeNumber(USAGE, '--every', values.every),
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
