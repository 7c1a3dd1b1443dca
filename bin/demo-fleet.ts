import { setPriority } from 'node:os';
import * as v from 'valibot';
import { demoFleetOrderSchema, type DemoFleetMessage } from './start/demo-fleet-message.ts';
import { runDemoFleet } from './start/demo-fleet-service.ts';

/** The process that `till demo` starts beside itself for its fleet. It ends when the demo's end of the channel does. */
const order = v.parse(demoFleetOrderSchema, JSON.parse(process.argv[2] ?? ''));
const stopping = new AbortController();
// A console's Ctrl-C reaches the whole group; the demo says when the fleet is to end, after its terminal has said goodbye.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => stopping.abort());
if (!process.connected) stopping.abort();
// The page of the terminal comes first.
setPriority(5);

const say = (message: DemoFleetMessage): void => {
  if (process.connected) process.send?.(message);
};

try {
  await runDemoFleet(order, say, stopping.signal);
} catch (error) {
  say({ is: 'failed', why: error instanceof Error ? error.message : String(error) });
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
// A database that was still being made would hold the process; the next start begins it anew.
process.exit();
