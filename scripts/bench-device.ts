import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bench } from '../test/support/bench.ts';
import { buildDevice } from './bench/device.ts';
import type { Figure } from './bench/figure.ts';
import { measureLimit } from './bench/memory-limit.ts';
import { measurePayments } from './bench/payments.ts';
import { asText, machineName } from './bench/report.ts';
import { measureStart } from './bench/start.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run bench:device -- [--payments N]

Start and memory of the device bundle beside a bare Node of the same version, in one run; then payments inside a memory
limit of 48 MiB, where this machine makes such limits (root and cgroups).

Options:
  --payments N  through the bundle (1000)
  --help        this text

Exit code 1 when a budget is missed.
`;
const LIMITED_PAYMENTS = 50;

async function measureDevice(payments: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(PROJECT, '.till-bench-'));
  try {
    const device = buildDevice(folder);
    const bench = await Bench.start();
    await bench.terminal.stop();
    const figures = await measureStart(bench, device);
    const limited = await measureLimit(bench, device, LIMITED_PAYMENTS);
    figures.push(...(await measurePayments(bench, device, payments)), ...limited);
    if (limited.length === 0)
      console.error('bench: this machine makes no memory limits: run it as root where cgroups are');
    await bench.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { payments: { type: 'string', default: '1000' }, help: { type: 'boolean', default: false } },
});
if (values.help) console.log(USAGE);
else {
  const figures = await measureDevice(Number(values.payments));
  console.log(`${machineName()}\n\n${asText(figures)}`);
  process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
}
