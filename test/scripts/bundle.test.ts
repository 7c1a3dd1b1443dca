import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MUTANTS } from '../../simulator/mutants/catalogue.ts';
import { Bench } from '../support/bench.ts';
import { HeadlessTerminal } from '../support/headless-terminal.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
/** What the service manager starts on a device. */
const LAUNCHER = join(PROJECT, 'deploy/till-terminal');
const bundle = suite('scripts/bundle');

bundle('the shipped bundle is a whole terminal in one file, without sandbox or tests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-bundle-'));
  try {
    const built = spawnSync(process.execPath, ['scripts/bundle.ts', '--out', join(folder, 'till.cjs')], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    assert.is(built.status, 0, built.stderr);
    const shipped = readFileSync(join(folder, 'till.cjs'), 'utf8');
    for (const { name } of MUTANTS) assert.not.ok(shipped.includes(name), `the mutant ${name} is shipped`);
    assert.not.ok(shipped.includes('registerHooks'), 'the switch that plants mutants is shipped');
    // The USB driver comes from beside the bundle, in a folder far from the project's packages.
    const driver = 'console.log(typeof require("usb").getDeviceList, require.resolve("usb"));';
    const { stdout: found } = spawnSync(process.execPath, ['-e', driver], { cwd: folder, encoding: 'utf8' });
    assert.is(found.trim(), `function ${join(folder, 'node_modules/usb/usb.js')}`);
    assert.ok(shipped.includes('require("usb")'), 'the driver is loaded when a printer needs it');
    const config = join(folder, 'till.json');
    const voice = { clips: join(folder, 'clips', 'zh-CN') };
    // A printer without Chinese characters: the glyphs are read from beside the bundle, or the terminal does not start.
    const printer = { model: '58mm-dots' };
    writeFileSync(config, JSON.stringify({ sn: 'TILL_T1_000001', dataDir: join(folder, 'data'), voice, printer }));
    const terminal = spawn(process.execPath, [join(folder, 'till.cjs'), '--profile', 'headless', '--config', config], {
      cwd: folder,
    });
    let printed = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('"unconfigured"')) terminal.stdin.end();
    });
    const [code] = (await once(terminal, 'exit')) as [number | null];
    assert.is(code, 0);
    assert.match(printed, /^\{"is":"ready","seq":1,/);
    // The voice is beside the bundle, and a voice with a hole is found before the first sale.
    rmSync(join(voice.clips, 'n-dian.wav'));
    const mute = spawnSync(process.execPath, [join(folder, 'till.cjs'), '--profile', 'headless', '--config', config], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.is(mute.status, 1);
    assert.match(mute.stderr, 'it has no recording for n-dian');
    assert.is(mute.stdout, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

bundle('without what it never reaches it sells over TLS and reports to a broker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-bundle-'));
  const broker = await Aedes.createBroker();
  const births: string[] = [];
  broker.on('publish', ({ topic }) => void (topic.endsWith('/up/st') && births.push(topic)));
  const sockets = createServer(broker.handle);
  await new Promise<void>((resolve) => sockets.listen(0, '127.0.0.1', resolve));
  const url = `mqtt://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  const bench = await Bench.start({ config: { 'fleet.url': url } });
  try {
    const file = join(folder, 'till-terminal.cjs');
    spawnSync(process.execPath, ['scripts/bundle.ts', '--out', file], { cwd: PROJECT });
    await bench.terminal.stop();
    births.length = 0;
    const { configFile, dataDir } = bench;
    const environment = { NODE: process.execPath, TILL_FOLDER: folder, CACHE_DIRECTORY: join(folder, 'cache') };
    const terminal = new HeadlessTerminal({ configFile, dataDir, program: [LAUNCHER], environment });
    await terminal.screen('idle');
    terminal.typeAmount('20.05');
    await terminal.screen('present-code');
    terminal.scan(bench.code('wechat'));
    await terminal.screen('paid');
    if (births.length === 0) await once(broker, 'publish');
    assert.is(await terminal.stop(), 0);
    assert.ok(births.length > 0);
    assert.is(bench.book.totals.chargedFen, 2005);
  } finally {
    await bench.close();
    broker.close();
    sockets.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

bundle.run();
