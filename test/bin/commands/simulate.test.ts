import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { simulateCommand } from '../../../bin/commands/simulate.ts';

const test = suite('bin/commands/simulate');

function openIo(signal = new AbortController().signal) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: CommandIo = { stdin: new PassThrough(), stdout, stderr, env: {}, signal };
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { io, said: () => read(stdout), complained: () => read(stderr) };
}

test('names the option that it cannot understand', async () => {
  for (const [argv, words] of [
    [['--payments', '0'], /--payments/],
    [['--payments', 'many'], /--payments/],
    [['--shop', '-1'], /--shop/],
    [['--seed', 'a b'], /--seed/],
    [['--colour'], /--colour/],
    [['--mutant', 'no-such-mutant'], /--list-mutants/],
  ] as const) {
    const { io, complained } = openIo();
    assert.is(await simulateCommand.run([...argv], io), 2);
    assert.match(complained(), words);
  }
});

test('one shop of a seed tells its counts, its hash and that no rule was broken', async () => {
  const { io, said } = openIo();
  assert.is(await simulateCommand.run(['--seed', 'cli', '--payments', '20', '--json'], io), 0);
  const report = JSON.parse(said()) as Record<string, unknown>;
  assert.is(report['seed'], 'cli');
  assert.ok(Number(report['payments']) >= 20);
  assert.match(String(report['hash']), /^[0-9a-f]{64}$/);
  assert.equal(report['violations'], []);
  assert.ok(Number((report['sometimes'] as Record<string, number>)['paid in the first answer']) > 0);
});

test('lists the bugs that can be planted, and finds one with the story of the order that it broke', async () => {
  const list = openIo();
  assert.is(await simulateCommand.run(['--list-mutants'], list.io), 0);
  const names = list.said();
  assert.match(names, /^counter-rolls-back +M5 +a restart takes/m);
  const one = openIo();
  assert.is(await simulateCommand.run(['--mutant', 'voice-names-another-amount', '--seed', 'cli'], one.io), 1);
  assert.match(one.said(), /^found voice-names-another-amount after \d+ payments: M4: the voice says[^]*BROKEN M4/);
});

test('an interrupted run says so by its exit code', async () => {
  const { io, said } = openIo(AbortSignal.abort());
  assert.is(await simulateCommand.run(['--payments', '20'], io), 130);
  assert.match(said(), /^0 payments in 0 shops/);
});

test.run();
