import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandIo } from '../../../bin/command.ts';
import { rehearseCommand } from '../../../bin/commands/rehearse.ts';
import { Bench } from '../../support/bench.ts';
import { RehearsalProcess } from '../../support/rehearsal-process.ts';

interface World {
  folder: string;
}

const test = suite<World>('bin/commands/rehearse');

test.before((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-rehearse-'));
});
test.after(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** A configuration whose gateway must never be asked: nobody listens there. */
function configured(folder: string, changes: object = {}): { readonly config: string; readonly data: string } {
  const config = join(folder, `${readdirSync(folder).length}.json`);
  const own = { sn: 'TILL_T1_000001', subTerminalType: 9001, gateway: { domains: ['https://127.0.0.9:9'] } };
  writeFileSync(config, JSON.stringify({ ...own, payment: { windowMs: 5000 }, ...changes }));
  return { config, data: `${config}.data` };
}

async function called(...argv: string[]): Promise<{ readonly code: number; readonly complained: string }> {
  const stderr = new PassThrough();
  const io: CommandIo = {
    ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr, env: {} },
    signal: new AbortController().signal,
  };
  const code = await rehearseCommand.run(argv, io);
  return { code, complained: String(stderr.read() ?? '') };
}

test('options that cannot be understood end with 2 and are named', async () => {
  for (const [argv, words] of [
    [[], /--profile must be one of/],
    [['--profile', 'fax'], /--profile must be one of/],
    [['--profile', 'headless', '--states', 'next'], /--states must be one of mixed/],
    [['--profile', 'headless', '--colour'], /--colour/],
  ] as const) {
    const { code, complained } = await called(...argv);
    assert.is(code, 2);
    assert.match(complained, words);
  }
  assert.match(rehearseCommand.help, /Exit codes/);
});

test('a terminal that takes no payments has nothing to rehearse, and hears why', async ({ folder }) => {
  const { config, data } = configured(folder, { subTerminalType: null });
  const { code, complained } = await called('--profile', 'headless', '--config', config, '--data', data, '--auto');
  assert.is(code, 1);
  assert.match(complained, /subTerminalType is not set/);
  assert.not.ok(existsSync(data));
});

test('a data folder that cannot be used is named, without a stack', async ({ folder }) => {
  const { config } = configured(folder);
  const { code, complained } = await called(
    '--profile',
    'headless',
    '--config',
    config,
    '--data',
    `${config}/x`,
    '--auto',
  );
  assert.is(code, 1);
  assert.match(complained, /^till rehearse: the data folder .* cannot be used: [^\n]*\n$/);
});

test('the whole script holds; every screen, sentence and slip says 演练; the report is the last slip', async ({
  folder,
}) => {
  const { config, data } = configured(folder);
  const report = join(folder, 'report.json');
  const rehearsal = new RehearsalProcess('--config', config, '--data', data, '--auto', '--report', report);
  assert.is(await rehearsal.ended(), 0, rehearsal.stderr);
  assert.match(rehearsal.stderr, /14 passed, 0 failed, 0 not played; the report is printed/);

  const of = (is: string) => rehearsal.lines.filter((line) => line.is === is);
  assert.ok(of('screen').length > 100);
  for (const { lines } of of('screen')) assert.match(String((lines as string[])[0]), /^演练/);
  assert.ok(of('voice').length > 30);
  for (const { text, clips } of of('voice')) {
    assert.match(String(text), /^演练，/);
    assert.is((clips as string[])[0], 'rehearsal');
  }
  assert.ok(of('print').length > 15);
  for (const { text, kind } of of('print')) {
    assert.is(kind, 'rehearsal');
    assert.match(String(text), /^ *演练 · 没有真实收款\n/);
    assert.match(String(text).trimEnd(), /\n *演练 · 没有真实收款$/);
  }
  const last = of('print').at(-1);
  assert.is(last?.['job'], 'rehearsal-report');
  assert.match(String(last?.['text']), /C8 每个请求带正确的终端类型\n +微信支付 +通过\n +支付宝 +通过/);
  assert.match(String(last?.['text']), /全部通过/);

  const written = JSON.parse(readFileSync(report, 'utf8')) as { passed: boolean; rows: { row: string }[] };
  assert.is(written.passed, true);
  assert.equal([...new Set(written.rows.map(({ row }) => row))], ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8']);
  assert.equal(readdirSync(data), [], 'nothing of it is left in the folder of the terminal');
});

test('nothing is played before the person says so, their keys never reach the terminal, and cancel ends it', async ({
  folder,
}) => {
  const { config, data } = configured(folder, { locale: 'en' });
  const rehearsal = new RehearsalProcess('--config', config, '--data', data);
  await rehearsal.shows('Cancel: end the rehearsal');
  rehearsal.do({ do: 'key', key: '9' });
  rehearsal.do({ do: 'scan', text: '130000000000000001' });
  rehearsal.do({ do: 'key', key: 'cancel' });
  await rehearsal.shows('The report is printed');
  rehearsal.do({ do: 'key', key: 'enter' });
  assert.is(await rehearsal.ended(), 130);
  assert.match(rehearsal.stderr, /0 passed, 0 failed, 14 not played; the report is printed/);
  const amounts = rehearsal.lines.filter((line) => line.is === 'screen' && line['name'] === 'amount');
  assert.equal(amounts, []);
  const prints = rehearsal.lines.filter((line) => line.is === 'print');
  assert.is(prints.length, 1);
  assert.match(String(prints[0]?.['text']), /REHEARSAL/);
  assert.match(String(prints[0]?.['text']), /WeChat Pay +not played/);
});

test('a signal ends it in order, without a report', async ({ folder }) => {
  const { config, data } = configured(folder);
  const rehearsal = new RehearsalProcess('--config', config, '--data', data);
  await rehearsal.shows('取消：结束演练');
  rehearsal.terminate();
  assert.is(await rehearsal.ended(), 130);
  assert.match(rehearsal.stderr, /14 not played; the report was not printed/);
  assert.equal(readdirSync(data), []);
});

test('a terminal in business is not rehearsed with, and nothing of a real sale ever says 演练', async () => {
  const bench = await Bench.start();
  try {
    const rehearsal = new RehearsalProcess('--config', bench.configFile, '--data', bench.dataDir, '--auto');
    assert.is(await rehearsal.ended(), 1);
    assert.match(rehearsal.stderr, /^till rehearse: /);
    assert.equal(rehearsal.lines, []);
    await bench.sell('0.02', bench.code('wechat'));
    const paid = await bench.terminal.screen('paid');
    await bench.terminal.printed('the slip', (line) => line['orderBarcode'] === paid.order);
    await bench.terminal.voice('微信支付收款成功');
    assert.not.match(JSON.stringify(bench.terminal.lines), /演练/);
  } finally {
    await bench.close();
  }
});

test.run();
