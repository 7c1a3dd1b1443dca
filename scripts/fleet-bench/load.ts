import { connect } from 'node:net';
import { SimulatedTerminal } from '../../fleet/service/simulate/simulated-terminal.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';

// A process of its own: terminals that have much to say, until everything is acknowledged; then one line with how fast that was.

const [portText = '', terminalsText = '', eventsText = '', prefix = 'load'] = process.argv.slice(2);
const [port, count, events] = [Number(portText), Number(terminalsText), Number(eventsText)];
const [clock, random] = [new SystemClock(), new SystemRandom()];

const terminals = Array.from({ length: count }, (_, index) => {
  return new SimulatedTerminal({
    ...{ tid: `${prefix}-${index + 1}`, clock, random, epoch: 'e1', software: '1.0.0', telemetryMs: 600_000 },
    ...{ pauseMs: null, downlinkQos: 1, dial: () => connect(port, '127.0.0.1') },
  });
});
const waiting = (): number => terminals.reduce((sum, { outbox }) => sum + outbox.length, 0);
const idle = async (): Promise<void> => {
  while (waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
};

for (const terminal of terminals) terminal.start();
while (terminals.some(({ connected }) => !connected)) await new Promise((resolve) => setTimeout(resolve, 10));
await idle();
for (const terminal of terminals) {
  // As long as a real fact of the journal is.
  for (let i = 0; i < events; i++) {
    const fact = {
      order: `2026060112${String(i).padStart(14, '0')}`,
      amountFen: 2005,
      platform: 'wechat',
      staffId: null,
    };
    // The last one sends them all, in full batches: as a terminal that was away for a while.
    if (i < events - 1) terminal.outbox.add(clock.wallMs(), 'ORDER_INTENT', fact);
    else terminal.note('ORDER_INTENT', fact);
  }
}
const [startedMs, before] = [clock.monotonicMs(), process.cpuUsage()];
await idle();
const ms = clock.monotonicMs() - startedMs;
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ events: count * events, ms, computingMs: (user + system) / 1000 })}\n`);
for (const terminal of terminals) terminal.vanish();
process.exit();
