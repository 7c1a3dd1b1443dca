import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Command, CommandIo } from '../../bin/command.ts';
import { doctorCommand } from '../../bin/commands/doctor.ts';
import { journalCommand } from '../../bin/commands/journal.ts';
import { snapshotCommand } from '../../bin/commands/snapshot.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { Bench } from '../support/bench.ts';

// What leaves a terminal for support is searched for everything that must not leave it.

const test = suite('secrets/support-bundle');
const PASSPHRASE = 'canary-passphrase-4412';

async function run(command: Command, ...argv: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: CommandIo = { stdin: new PassThrough(), stdout, stderr, env: {}, signal: new AbortController().signal };
  assert.is(await command.run(argv, io), 0, String(stderr.read() ?? ''));
  return `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}`;
}

/** The forms in which bytes that leak are met. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
];

test('no key, customer code, passphrase or ticket is in a snapshot, a journal or a bundle', async () => {
  const bench = await Bench.open({ config: { 'payment.windowMs': 2000 } });
  try {
    await bench.powerUp();
    const { terminal } = bench;
    const ticket = bench.configurationQr();
    const secrets = [demoMerchants()[0]?.authenKey ?? '', PASSPHRASE, new URL(ticket).searchParams.get('si') ?? ''];
    terminal.do({ do: 'wifi', networks: [{ ssid: 'tea', passphrase: PASSPHRASE }] });
    terminal.scan(`WIFI:T:WPA;S:tea;P:${PASSPHRASE};;`);
    await terminal.screen('wifi-joined');
    terminal.press('cancel');
    terminal.scan(ticket);
    await terminal.screen('configured');
    terminal.press('cancel');
    await terminal.screen('idle');
    const paid = bench.code('wechat');
    await bench.sell('1.01', paid);
    await terminal.screen('paid');
    terminal.press('cancel');
    await terminal.screen('idle');
    // One is on its way, with its code in the terminal's memory, while support looks.
    const open = bench.code('alipay', 'password');
    await bench.sell('2.02', open);
    secrets.push(paid, open);
    const place = ['--data', bench.dataDir];
    const file = join(bench.folder, 'bundle.json');
    const said = [
      await run(snapshotCommand, '--json', ...place),
      await run(snapshotCommand, ...place),
      await run(journalCommand, '--json', '--count', '1000', ...place),
      await run(doctorCommand, '--no-devices', '--config', bench.configFile, '--bundle', file, ...place),
      readFileSync(file, 'utf8'),
    ];
    assert.ok(said[4]?.includes('ORDER_INTENT'), 'the bundle says nothing, so that it proves nothing');
    for (const secret of secrets) {
      assert.ok(secret.length > 5);
      for (const form of formsOf(secret)) {
        for (const [index, text] of said.entries())
          assert.not.ok(text.includes(form), `secret ${secrets.indexOf(secret)} in ${index}`);
      }
    }
  } finally {
    await bench.close();
  }
});

test.run();
