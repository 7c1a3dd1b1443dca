import { Bench } from '../test/support/bench.ts';
import { admitting, HostileBroker, message, pouring, type Behaviour } from '../test/support/hostile-broker.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run fleet-latency

How long a payment takes while the fleet's broker is absent, stalled, flooding or hostile. Takes a few minutes.
TILL_PAYMENTS=N changes how many payments each condition gets in a turn (default 20).
`;
commandLine(USAGE, { options: {} });

/**
 * How long a payment takes, from the scan to the screen that says paid, with the fleet's broker absent, stalled, flooding or hostile:
 * the real terminal process against the sandbox, one condition after the other and in turns, so that all meet the same machine.
 */
const ROUNDS = 2;
const PAYMENTS = Number(process.env['TILL_PAYMENTS'] ?? '20');
const small = Buffer.concat(
  Array.from({ length: 500 }, () => message('f/v1/TILL_T1_000001/dn/ack', Buffer.from('{}'))),
);

const CONDITIONS: readonly (readonly [name: string, behaviour: Behaviour | 'none' | 'absent'])[] = [
  ['no fleet', 'none'],
  ['broker absent', 'absent'],
  ['broker stalled', () => undefined],
  ['broker that never acknowledges', admitting(() => undefined)],
  ['broker that floods', admitting(pouring(() => small))],
  ['broker that pours random bytes', pouring(() => Buffer.alloc(65_536, 0x30))],
];

async function payments(bench: Bench, round: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < PAYMENTS; n += 1) {
    const { terminal } = bench;
    terminal.typeAmount(`${round + 1}.${String(n).padStart(2, '0')}`);
    await terminal.screen('present-code');
    const startedAt = performance.now();
    terminal.scan(bench.code('wechat'));
    await terminal.screen('paid');
    took.push(performance.now() - startedAt);
    terminal.press('cancel');
    await terminal.screen('idle');
  }
  return took;
}

async function measure(behaviour: Behaviour | 'none' | 'absent', round: number): Promise<number[]> {
  const broker = typeof behaviour === 'string' ? null : await HostileBroker.open(behaviour);
  const url = broker === null ? 'mqtt://127.0.0.1:9' : `mqtt://127.0.0.1:${broker.port}`;
  const bench = await Bench.start({ config: behaviour === 'none' ? {} : { 'fleet.url': url } });
  try {
    await broker?.reaches('connections', 1);
    return await payments(bench, round);
  } finally {
    await bench.close();
    await broker?.close();
  }
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);

const all = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, behaviour] of CONDITIONS) {
    all.set(name, [...(all.get(name) ?? []), ...(await measure(behaviour, round))]);
  }
}
console.log('| the fleet’s broker | payments | p50, ms | p90, ms | max, ms |\n| --- | --- | --- | --- | --- |');
for (const [name, took] of all) {
  const sorted = took.toSorted((one, other) => one - other);
  console.log(`| ${name} | ${sorted.length} | ${at(sorted, 0.5)} | ${at(sorted, 0.9)} | ${at(sorted, 1)} |`);
}
