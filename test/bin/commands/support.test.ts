import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { doctorCommand } from '../../../bin/commands/doctor.ts';
import { journalCommand } from '../../../bin/commands/journal.ts';
import { snapshotCommand } from '../../../bin/commands/snapshot.ts';
import { supportSocketOf } from '../../../bin/start/support-door.ts';
import { type DoctorReport, readSupportBundle } from '../../../fleet/contract/support-bundle.ts';
import type { TerminalSnapshot } from '../../../fleet/contract/snapshot.ts';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import { Bench } from '../../support/bench.ts';

interface World {
  bench: Bench;
}

const support = suite<World>('bin/commands/support');

async function run(command: typeof doctorCommand, ...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: CommandIo = { stdin: new PassThrough(), stdout, stderr, env: {}, signal: new AbortController().signal };
  const code = await command.run(argv, io);
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

/** Raw bytes to the terminal's socket; what it says until it closes. */
function say(dataDir: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(supportSocketOf(dataDir));
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.on('connect', () => void socket.write(bytes));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

support.before(async (world) => {
  world.bench = await Bench.start();
  await world.bench.sell('20.05', world.bench.code('wechat'));
  await world.bench.terminal.screen('paid');
});
support.after(async ({ bench }) => bench.close());

support('a snapshot shows every live chart of the running terminal, and nothing of it changes', async ({ bench }) => {
  const before = await bench.terminal.dump();
  const { code, out } = await run(snapshotCommand, '--json', '--data', bench.dataDir);
  assert.is(code, 0);
  const snapshot = JSON.parse(out) as TerminalSnapshot;
  assert.equal(Object.keys(snapshot.actors).toSorted(), Object.keys(before.actors).toSorted());
  assert.is(snapshot.actors['cashier']?.machine, before.actors['cashier']?.machine);
  const words = await run(snapshotCommand, '--data', bench.dataDir);
  assert.match(words.out, /cashier\s+\S+/);
  assert.match(words.out, /nothing is unresolved/);
});

support('the socket is for its owner alone, and understands one question', async ({ bench }) => {
  assert.is(statSync(supportSocketOf(bench.dataDir)).mode & 0o777, 0o600);
  const refusal = /the question must be/;
  assert.match(await say(bench.dataDir, '{"ask":"pay","amountFen":1}\n'), refusal);
  assert.match(await say(bench.dataDir, '{"ask":"snapshot","more":1}\n'), refusal);
  assert.match(await say(bench.dataDir, 'not json\n'), refusal);
  assert.match(await say(bench.dataDir, 'x'.repeat(100_000)), refusal);
  assert.is((await run(snapshotCommand, '--data', bench.dataDir)).code, 0, 'it still answers');
});

support('the journal is read while the terminal writes it', async ({ bench }) => {
  const { code, out } = await run(journalCommand, '--json', '--count', '1000', '--data', bench.dataDir);
  assert.is(code, 0);
  const { entries, damage } = JSON.parse(out) as {
    entries: { type: string; d: Record<string, unknown> }[];
    damage: [];
  };
  assert.equal(damage, []);
  const intent = entries.find(({ type }) => type === 'ORDER_INTENT');
  assert.is(intent?.d['amountFen'], 2005);
  const order = String(intent?.d['order']);
  const about = await run(journalCommand, '--order', order, '--data', bench.dataDir);
  assert.match(about.out, /ORDER_INTENT/);
  assert.match(about.out, /ORDER_RESULT .*outcome=paid/);
  assert.not.match(about.out, /BOOT/);
});

support('the doctor finds a sound terminal sound, and a bundle holds all of it without a secret', async ({ bench }) => {
  const file = join(bench.folder, 'support.json');
  const place = ['--config', bench.configFile, '--data', bench.dataDir, '--no-devices'];
  const { code, out, err } = await run(doctorCommand, '--json', '--bundle', file, ...place);
  const report = JSON.parse(out) as DoctorReport;
  assert.equal(
    report.findings.filter(({ state }) => state === 'failing'),
    [],
  );
  assert.is(code, 0);
  const states = new Map(report.findings.map(({ check, state }) => [check, state]));
  for (const check of ['configuration', 'terminal', 'journal', 'key', 'clock'])
    assert.is(states.get(check), 'ok', check);
  assert.is([...states.keys()].filter((check) => check.startsWith('domain:')).length, bench.gateway.domains.length);
  assert.match(err, /wrote .*support\.json/);
  assert.is(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  const read = readSupportBundle(text);
  assert.ok(read.ok, read.ok ? '' : read.why);
  if (!read.ok) return;
  assert.is(read.bundle.sn, 'TILL_T1_000001');
  assert.equal(read.bundle.missing, []);
  assert.ok(read.bundle.journal.some(({ type }) => type === 'ORDER_RESULT'));
  assert.ok(read.bundle.snapshot !== null);
  for (const { authenKey } of demoMerchants()) assert.not.ok(text.includes(authenKey));
  const again = await run(doctorCommand, '--bundle', file, ...place);
  assert.is(again.code, 1);
  assert.match(again.err, /EEXIST/);
});

support('a terminal that is off, and files that are broken, are findings with what to do', async ({ bench }) => {
  assert.is(await bench.terminal.stop(), 0);
  const off = await run(snapshotCommand, '--data', bench.dataDir);
  assert.is(off.code, 1);
  assert.match(off.err, /no terminal runs on .*: start it/);
  assert.not.ok(existsSync(supportSocketOf(bench.dataDir)));
  assert.is((await run(journalCommand, '--data', bench.dataDir)).code, 0);
  writeFileSync(join(bench.dataDir, 'key'), 'garbage');
  const wrong = join(bench.folder, 'wrong.json');
  writeFileSync(wrong, '{"sn":"T","colour":1}');
  const file = join(bench.folder, 'broken.json');
  const { code, out } = await run(doctorCommand, '--config', wrong, '--data', bench.dataDir, '--bundle', file);
  assert.is(code, 1);
  assert.match(out, /FAIL\s+configuration .*colour/);
  assert.match(out, /FAIL\s+key /);
  assert.match(out, /WARN\s+terminal\s+no terminal runs on this folder\n\s+→ start it/);
  const read = readSupportBundle(readFileSync(file, 'utf8'));
  assert.ok(read.ok);
  if (read.ok) assert.equal(read.bundle.missing.map(({ part }) => part).toSorted(), ['configuration', 'snapshot']);
});

support('names what it cannot understand, with exit code 2', async ({ bench }) => {
  for (const [command, argv] of [
    [snapshotCommand, ['--data', bench.dataDir, '--colour']],
    [journalCommand, ['--data', bench.dataDir, '--count', 'many']],
    [doctorCommand, ['--data', bench.dataDir, '--bundle']],
  ] as const) {
    const { code, err } = await run(command, ...argv);
    assert.equal([code, err.includes('--help tells more')], [2, true], err);
  }
});

support.run();
