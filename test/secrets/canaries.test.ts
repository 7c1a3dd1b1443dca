import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { Bench } from '../support/bench.ts';

// Secrets go through the real process on every path that a test can drive; then everything that it said or kept is searched for them.

const test = suite('secrets/canaries');
const PASSPHRASE = 'canary-passphrase-7731';
const PIN = '739154';

/** The forms in which bytes that leak are met. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
    bytes.toString('hex'),
    encodeURIComponent(secret),
  ];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

class Search {
  readonly #secrets = new Map<string, string>();

  add(name: string, secret: string): string {
    this.#secrets.set(name, secret);
    return secret;
  }

  in(where: string, text: string): void {
    assert.equal(this.found(text), [], `in ${where}`);
  }

  /** The names of the secrets that stand in the text. */
  found(text: string): string[] {
    return [...this.#secrets].flatMap(([name, secret]) =>
      formsOf(secret).some((form) => text.includes(form)) ? [name] : [],
    );
  }
}

test('no key, customer code, passphrase, ticket or PIN is said, logged, dumped or kept in the open', async () => {
  const search = new Search();
  const bench = await Bench.open({ config: { 'log.level': 'trace', 'payment.windowMs': 2000 } });
  try {
    await bench.powerUp();
    const { terminal } = bench;
    search.add('the key', demoMerchants()[0]?.authenKey ?? '');
    search.add('the passphrase', PASSPHRASE);
    const ticket = bench.configurationQr();
    search.add('the ticket', new URL(ticket).searchParams.get('si') ?? '');
    terminal.do({ do: 'wifi', networks: [{ ssid: 'tea', passphrase: PASSPHRASE }] });
    terminal.scan(`WIFI:T:WPA;S:tea;P:${PASSPHRASE};;`);
    await terminal.screen('wifi-joined');
    terminal.press('cancel');
    terminal.scan(ticket.replace('127.0.0.1', 'evil.example'));
    terminal.scan(ticket);
    await terminal.screen('configured');
    terminal.press('cancel');
    await terminal.screen('idle');
    // Damaged instructions are refused, and the refusal must not repeat what was in them.
    terminal.write(`{"do":"wifi","networks":[{"ssid":"","passphrase":"${PASSPHRASE}"}]}\n`);
    const broken = search.add('a code in a damaged line', bench.code('wechat'));
    terminal.write(`{"do":"scan","text":"${broken}"\n`);
    // Paid, after a password, refused, and with a lost answer that stays unknown past the window.
    for (const [yuan, kind] of [
      ['1.01', 'plain'],
      ['1.02', 'insufficient'],
      ['900.02', 'plain'],
      ['1.03', 'never'],
    ] as const) {
      const code = search.add(`the code of ${yuan}`, bench.code('wechat', kind));
      await bench.sell(yuan, code);
      terminal.scan(code);
      search.in('a dump while a payment runs', JSON.stringify(await terminal.dump()));
      terminal.press('cancel');
      await terminal.screen('idle');
    }
    const waiting = search.add('a code without an amount', bench.code('alipay'));
    terminal.scan(waiting);
    terminal.press('cancel', 'menu', ...([...PIN] as '7'[]), 'enter', 'cancel', 'cancel', 'cancel');
    search.in('a dump', JSON.stringify(await terminal.dump()));
    await terminal.kill();
    await bench.powerUp();
    search.in('a dump after a crash', JSON.stringify(await bench.terminal.dump()));
    assert.is(await bench.terminal.stop(), 0);
    for (const life of [terminal, bench.terminal]) {
      search.in('what the terminal printed', life.lines.map((line) => JSON.stringify(line)).join('\n'));
      search.in('stray output', life.stray.join('\n'));
      assert.ok(
        life.stderr.includes('gateway call') || life !== terminal,
        'the log says nothing, so that it proves nothing',
      );
      search.in('the log', life.stderr);
    }
    const files = filesBelow(bench.dataDir);
    assert.ok(files.some((file) => file.includes('journal')) && files.some((file) => file.includes('settings')));
    for (const file of files) search.in(file, readFileSync(file, 'latin1'));
  } finally {
    await bench.close();
  }
});

test('a canary that is written in the open is found', () => {
  const search = new Search();
  search.add('the key', 'canary-key');
  for (const form of formsOf('canary-key')) assert.equal(search.found(`..${form}..`), ['the key']);
  assert.equal(search.found('nothing'), []);
});

test.run();
