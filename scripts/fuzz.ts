import { SeededRandom } from '../hal/random/seeded-random.ts';
import { fuzz, type FuzzReport } from '../test/fuzz/door.ts';
import { everyDoor } from '../test/fuzz/doors.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run fuzz -- [--door NAME] [--executions N] [--seed S]

Feeds damaged input to every door of the terminal, or to one. Exit code 1 when a door let something out.
`;

const SHOWN_BYTES = 400;

function tell(report: FuzzReport): void {
  const { door, executions, findings, seconds, medianMs, peakMs, slowestMs, slowestBytes } = report;
  const rate = Math.round(executions / Math.max(seconds, 0.001));
  const slowest = `timed again ${slowestMs.toFixed(2)} ms (${slowestBytes} bytes)`;
  const figures = `${seconds.toFixed(0)} s, ${rate}/s, median ${medianMs.toFixed(3)} ms, peak ${peakMs.toFixed(1)} ms, ${slowest}`;
  console.log(`${door}: ${executions} executions, ${findings.length} findings, ${figures}`);
  for (const { execution, error, input } of findings) {
    console.log(`  at ${execution}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    console.log(
      `  input (base64, ${input.length} bytes): ${Buffer.from(input.subarray(0, SHOWN_BYTES)).toString('base64')}`,
    );
  }
}

const { values } = commandLine(USAGE, {
  options: {
    door: { type: 'string' },
    executions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const all = await everyDoor();
const doors = values.door === undefined ? all : all.filter(({ name }) => name === values.door);
const executions = Number(values.executions);
if (doors.length === 0 || !Number.isInteger(executions) || executions < 1) {
  console.error(`${USAGE}\nDoors: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
let found = 0;
for (const door of doors) {
  const random = new SeededRandom(`${values.seed} ${door.name}`);
  const onProgress = (done: number): void => {
    if (done % 100_000 === 0) console.log(`${door.name}: ${done} of ${executions}`);
  };
  const report = await fuzz(door, { executions, random, onProgress });
  tell(report);
  found += report.findings.length;
}
process.exitCode = found === 0 ? 0 : 1;
