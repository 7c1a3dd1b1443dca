import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { Bench } from '../support/bench.ts';
import { HeadlessTerminal } from '../support/headless-terminal.ts';

// The memory of a terminal that sells holds its key. Whatever ends the process, nothing of that memory may come to lie on a disk.

const test = suite('secrets/memory');
const STARTER = new URL('../../deploy/till-terminal', import.meta.url);
const TILL = new URL('../../bin/till.ts', import.meta.url);
const KEY = demoMerchants()[0]?.authenKey ?? '';
const FORBIDDEN = /NODE_OPTIONS|--report|--heapsnapshot|--heap-prof|--inspect|--abort-on-uncaught/;
const UNITS = ['systemd/till.service', 'till-terminal', 'busybox/S80till'];
/** Cores are written beside the process here, and may be as large as they are. */
const WRITES_CORES =
  !/[|/]/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')) &&
  /^Max core file size +\S+ +unlimited/m.test(readFileSync('/proc/self/limits', 'utf8'));

interface Sold {
  readonly bench: Bench;
  readonly terminal: HeadlessTerminal;
  /** Where the process runs, and where it would leave what it leaves. */
  readonly place: string;
}

/** A terminal that has sold, started by these words of a shell. */
async function sold(words: string): Promise<Sold> {
  const bench = await Bench.open();
  const place = join(bench.folder, 'place');
  mkdirSync(place);
  const bundle = join(bench.folder, 'bundle');
  mkdirSync(bundle);
  // The starter starts a bundle; this one is the same program without the minutes that it takes to build.
  const code = `process.argv.splice(2, 0, 'run'); import(${JSON.stringify(TILL.href)}).then(({ main }) => main());`;
  writeFileSync(join(bundle, 'till-terminal.cjs'), code);
  const environment = { NODE: process.execPath, TILL_FOLDER: bundle, TILL_UPGRADES: join(bench.folder, 'none') };
  const { configFile, dataDir } = bench;
  const program = ['sh', '-c', `cd "$0" && ${words} "$@"`, place, STARTER.pathname, 'run'];
  const terminal = new HeadlessTerminal({ configFile, dataDir, environment, program });
  await terminal.next('ready', (line) => line.is === 'ready');
  terminal.scan(bench.configurationQr());
  await terminal.screen('configured');
  terminal.press('cancel');
  await terminal.screen('idle');
  terminal.typeAmount('1.01');
  await terminal.screen('present-code');
  terminal.scan(bench.code('wechat'));
  await terminal.screen('paid');
  return { bench, terminal, place };
}

async function ended(terminal: HeadlessTerminal, bench: Bench): Promise<void> {
  if (terminal.running) await terminal.kill();
  await bench.close();
}

const factsOf = (pid: number, file: string): string =>
  readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n');

for (const [signal, does] of [
  ['SIGABRT', 'ends'],
  ['SIGUSR1', 'does not reach'],
  ['SIGUSR2', 'ends'],
] as const) {
  test(`a terminal that ${signal} ${does} leaves no core, no report, no picture of its memory, and no debugger`, async () => {
    const { bench, terminal, place } = await sold('exec');
    try {
      assert.match(factsOf(terminal.pid, 'limits'), /^Max core file size +0 +0 /m);
      const line = factsOf(terminal.pid, 'cmdline');
      assert.not.match(line, FORBIDDEN);
      // A diagnostic report would begin with them.
      assert.not.ok(
        `${line}${factsOf(terminal.pid, 'environ')}`.includes(KEY),
        'whoever lists the processes has the key',
      );
      process.kill(terminal.pid, signal);
      if (does === 'ends') await terminal.exited();
      else terminal.press('cancel', '1');
      if (terminal.running) await terminal.screen('amount');
      assert.equal(readdirSync(place), []);
      const kept = readdirSync(bench.dataDir, { recursive: true, encoding: 'utf8' });
      assert.equal(
        kept.filter((name) => /core|report|heapsnapshot|heapprofile/.test(name)),
        [],
      );
      assert.not.match(terminal.stderr, /Debugger listening/);
    } finally {
      await ended(terminal, bench);
    }
  });
}

if (WRITES_CORES) {
  test('a starter without its limit would leave a core, with the key in it', async () => {
    const { bench, terminal, place } = await sold(
      `sed '/^ulimit -c 0/d' "$1" > starter && shift && ulimit -c unlimited && exec sh starter`,
    );
    try {
      process.kill(terminal.pid, 'SIGABRT');
      await terminal.exited();
      const [core = ''] = readdirSync(place).filter((name) => name.startsWith('core'));
      assert.ok(readFileSync(join(place, core)).includes(KEY), `there is no key in ${core}, so that nothing is proved`);
    } finally {
      await ended(terminal, bench);
    }
  });
}

for (const unit of UNITS) {
  test(`deploy/${unit} switches on nothing that writes the memory down`, () => {
    const text = readFileSync(new URL(`../../deploy/${unit}`, import.meta.url), 'utf8');
    assert.match(text, /^ *(LimitCORE=0|ulimit -c 0)$/m);
    assert.not.match(text, FORBIDDEN);
  });
}

test.run();
