import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key } from '../../domain/screen.ts';
import { defaultKeyMap } from '../../hal/keypad/key-map.ts';
import { Bench } from '../support/bench.ts';
import { PipeNode } from '../support/device-node.ts';
import { keyBytes, typedBytes } from '../support/input-bytes.ts';
import { LcdFile } from '../support/lcd-file.ts';
import { NetworkPrinter } from '../support/network-printer.ts';

const device = suite('bin/device-profile');

const GRID = { columns: 20, rows: 4 };
const TILL = new URL('../../bin/till.mjs', import.meta.url).pathname;
const codeOf = (key: string): number => [...defaultKeyMap()].find(([, mapped]) => mapped === (key as Key))?.[0] ?? 0;

/** The real process on parts that stand for a box: two event devices, a character display, a printer on the network. */
class Box {
  readonly keypad = new PipeNode();
  readonly scanner = new PipeNode();
  readonly lcd = new LcdFile();
  readonly printer = new NetworkPrinter();
  log = '';
  #bench: Bench | null = null;
  #terminal: ChildProcess | null = null;

  async start(): Promise<Bench> {
    await this.printer.plugIn();
    const bench = await Bench.open({
      config: {
        locale: 'en',
        'devices.screen': this.lcd.path,
        'devices.screenType': 'character-lcd',
        'devices.lcdSize': '20x4',
        'devices.keypad': this.keypad.path,
        'devices.scanner': this.scanner.path,
        'devices.printer': `tcp://127.0.0.1:${this.printer.port}`,
      },
    });
    this.#bench = bench;
    const options = ['--profile', 'device', '--config', bench.configFile, '--data', bench.dataDir];
    this.#terminal = spawn(process.execPath, [TILL, 'run', ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // No sound card is the same as none on every machine.
      env: { ...process.env, TILL_DEVICES_SPEAKER: '' },
    });
    this.#terminal.stderr?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    return bench;
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.keypad.send(keyBytes(codeOf(key)));
  }

  scan(text: string): void {
    this.scanner.send(typedBytes(`${text}\n`));
  }

  shows(words: RegExp): Promise<void> {
    return this.lcd.until(GRID, (glass) => words.test(glass));
  }

  /** An orderly stop; gives the exit code. */
  async stop(): Promise<number | null> {
    const terminal = this.#terminal;
    if (terminal === null || terminal.exitCode !== null) return terminal?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => terminal.once('exit', resolve));
    terminal.kill('SIGTERM');
    return ended;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.printer.unplug();
    for (const node of [this.keypad, this.scanner]) node.remove();
    rmSync(this.lcd.folder, { recursive: true, force: true });
    await this.#bench?.close();
  }
}

device('a box is configured by a scan, takes a payment and prints its slip', async () => {
  const box = new Box();
  try {
    const bench = await box.start();
    await box.shows(/scan|Scan/);
    box.scan(bench.configurationQr());
    await box.shows(/Configured/);
    box.press('enter');
    box.press('2', '0', '.', '0', '5', 'enter');
    await box.shows(/20\.05.*[Cc]ode|[Cc]ode.*20\.05/);
    box.scan(bench.code('wechat'));
    await box.shows(/: paid/);
    const paper = Buffer.from(await box.printer.end.until(200)).toString('latin1');
    assert.match(paper, '20.05');
    assert.is(await box.stop(), 0, box.log);
  } finally {
    await box.dispose();
  }
});

device(
  'a scanner and a printer that are unplugged are said on the screen and in the log, and work again when back',
  async () => {
    const box = new Box();
    try {
      const bench = await box.start();
      await box.shows(/scan|Scan/);
      box.scan(bench.configurationQr());
      await box.shows(/Configured/);
      box.press('enter');
      box.press('1', 'enter');
      await box.shows(/1\.00/);
      box.scanner.unplug();
      await box.shows(/No scanner/);
      await box.printer.unplug();
      box.scanner.plugIn();
      await box.shows(/^(?!.*No scanner)/);
      box.scan(bench.code('alipay'));
      await box.shows(/: paid/);
      assert.is(box.printer.end.paper.length, 0);
      await box.printer.plugIn();
      const paper = Buffer.from(await box.printer.end.until(200)).toString('latin1');
      assert.match(paper, '1.00');
      assert.match(box.log, /"part":"scanner","reason":"[^"]*was unplugged: plug the scanner in again"/);
      assert.is(bench.gateway.sandbox.book(10).orders.length, 1);
    } finally {
      await box.dispose();
    }
  },
);

device.run();
