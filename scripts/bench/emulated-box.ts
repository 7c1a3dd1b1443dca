import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { makeCode } from '../../simulator/gateway/customer-codes.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { type SandboxServer, startSandboxServer } from '../../simulator/gateway/server.ts';
import { makeDisk } from '../lab/guest-image.ts';
import { endWithThisProcess } from '../lab/machine.ts';
import type { BoxImage, BoxKind } from './box-image.ts';
import { SocketTerminal } from './socket-terminal.ts';

/** Where the guest sees this machine. */
const HOST = '10.0.2.2';
const START_LIMIT_MS = 300_000;
const SCANS_MAX = 4;
const LAST_WORDS_MS = 10_000;
const QEMU: Readonly<Record<BoxKind, readonly string[]>> = {
  armv7: ['qemu-system-arm', '-M', 'virt', '-cpu', 'cortex-a7'],
  x86: ['qemu-system-x86_64', '-M', 'q35', '-cpu', 'max,la57=off'],
};
const CONSOLE: Readonly<Record<BoxKind, string>> = { armv7: 'ttyAMA0', x86: 'ttyS0' };

/** What a small machine did. */
export interface BoxOutcome {
  readonly kind: BoxKind;
  readonly memoryMiB: number;
  /** Milliseconds from power-on to the terminal's `ready`; null when it never came. */
  readonly readyMs: number | null;
  /** Of the configuration, until one was taken in time. */
  readonly scans: number;
  /** From the scan to the sentence that says the payment; null when it never came. */
  readonly saleMs: readonly number[];
  /** Kilobytes at the end: resident, anonymous of that, what the kernel could still give away. */
  readonly memory: Readonly<Record<string, number>>;
  /** Why it failed, in the words of kernel or terminal; '' when it paid. */
  readonly why: string;
}

/** Which small machine is tried, and how many payments it takes. */
export interface BoxOptions {
  readonly kind: BoxKind;
  readonly memoryMiB: number;
  /** Mebibytes of the terminal's memory that may be kept compressed; 0: none. */
  readonly zramMiB: number;
  readonly image: BoxImage;
  readonly folder: string;
  readonly payments: number;
}

/** Boots a machine of so much memory with the bundle, configures it and takes payments; the power is cut at the end. */
export async function tryBox(options: BoxOptions): Promise<BoxOutcome> {
  const { kind, memoryMiB, folder } = options;
  const gateway = await startSandboxServer({
    dataDir: join(folder, `gateway-${memoryMiB}`),
    clock: new SystemClock(),
    random: new SystemRandom(),
    merchants: demoMerchants(),
    alsoReachedAt: [HOST],
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const consoleLog = join(folder, `${kind}-${memoryMiB}.log`);
  const disk = dataDisk(gateway, folder);
  const machine = powerOn(options, { disk, consoleLog, port: portOf(server) });
  const outcome = { kind, memoryMiB, readyMs: null as number | null, scans: 0, saleMs: [] as number[] };
  let why = '';
  try {
    const begun = performance.now();
    const terminal = await connected(server, machine);
    await terminal.line('ready', START_LIMIT_MS);
    outcome.readyMs = performance.now() - begun;
    outcome.scans = await configure(terminal, gateway);
    for (let nth = 1; nth <= options.payments; nth += 1) outcome.saleMs.push(await pay(terminal, nth));
    const { orders, totals } = gateway.sandbox.book();
    if (orders.length !== options.payments || totals.chargedTwice !== 0) why = `the gateway: ${JSON.stringify(totals)}`;
  } catch (error) {
    await hearOut(consoleLog);
    why = `${error instanceof Error ? error.message : String(error)}; ${lastWords(consoleLog)}`;
  } finally {
    machine.kill('SIGKILL');
    server.close();
    await gateway.close();
  }
  return { ...outcome, memory: lastMemory(consoleLog), why };
}

function powerOn(
  { kind, memoryMiB, zramMiB, image }: BoxOptions,
  { disk, consoleLog, port }: { disk: string; consoleLog: string; port: number },
): ChildProcess {
  rmSync(consoleLog, { force: true });
  const [program = '', ...machine] = QEMU[kind];
  const now = Math.trunc(Date.now() / 1000);
  // Debian sets 16 MiB aside that only pages which can be moved may use; a box without camera and graphics needs no such place.
  const ownWords = `console=${CONSOLE[kind]} till.now=${now} till.port=${port}${zramMiB > 0 ? ` till.zram=${zramMiB}` : ''}`;
  const kernelWords = `cma=1M rdinit=/init panic=-1 mitigations=off audit=0 ${ownWords}`;
  const device = (name: string): string => (kind === 'armv7' ? `${name}-device` : `${name}-pci`);
  const drive = (file: string, id: string, more: string): string[] => [
    ...['-drive', `file=${file},format=raw,if=none,id=${id}${more}`],
    ...['-device', `${device('virtio-blk')},drive=${id}`],
  ];
  // The bus of the ARM board hands out its places from the last to the first: the last named disk would be the first found.
  const disks = [drive(image.system, 'system', ',readonly=on'), drive(disk, 'data', '')];
  const words = [
    ...[...machine, '-m', String(memoryMiB), '-smp', '1', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-kernel', image.kernel, '-initrd', image.initramfs, '-append', kernelWords, '-serial', `file:${consoleLog}`],
    ...(kind === 'armv7' ? disks.toReversed() : disks).flat(),
    ...['-netdev', 'user,id=net', '-device', `${device('virtio-net')},netdev=net`],
  ];
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  endWithThisProcess(child);
  return child;
}

/** The disk that the terminal writes: its configuration is there, as provisioning leaves it. */
function dataDisk(gateway: SandboxServer, folder: string): string {
  const tree = join(folder, 'box-data');
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, 'cache'), { recursive: true });
  const domain = `https://${HOST}:${new URL(gateway.domains[0] ?? '').port}`;
  const config = {
    sn: 'TILL_T1_000001',
    subTerminalType: 9001,
    gateway: { domains: [domain], caFile: '/data/ca.pem' },
    dataDir: '/data/till',
  };
  writeFileSync(join(tree, 'till.json'), JSON.stringify(config));
  writeFileSync(join(tree, 'ca.pem'), gateway.caPem);
  return makeDisk(tree, join(folder, 'box-data.ext4'), { mebibytes: 64, written: true });
}

/** The terminal dials out; a machine that ends before it does is no use waiting for. */
async function connected(server: Server, machine: ChildProcess): Promise<SocketTerminal> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the box did not start')), START_LIMIT_MS);
    server.once('connection', (socket) => {
      clearTimeout(timer);
      resolve(new SocketTerminal(socket));
    });
    machine.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the box ended'));
    });
  });
}

/** A box that reads its first connection's program from its disk may be too late for the first attempt: it is scanned again. */
async function configure(terminal: SocketTerminal, gateway: SandboxServer): Promise<number> {
  const port = new URL(gateway.domains[0] ?? '').port;
  for (let scans = 1; scans <= SCANS_MAX; scans += 1) {
    terminal.do({ do: 'scan', text: `https://${HOST}:${port}${gateway.sandbox.issueTicket({}).pathAndQuery}` });
    const came = await terminal.screen('configured', 'config-failed');
    terminal.press('cancel');
    if (came === 'configured') {
      await terminal.screen('idle');
      return scans;
    }
    await terminal.screen('unconfigured');
  }
  throw new Error(`${SCANS_MAX} configurations in a row failed`);
}

async function pay(terminal: SocketTerminal, fen: number): Promise<number> {
  terminal.press(...(fen / 100).toFixed(2), 'enter');
  await terminal.screen('present-code');
  const at = performance.now();
  terminal.do({ do: 'scan', text: makeCode('wechat', 'plain', 0, new SystemRandom()) });
  await terminal.spoken('收款成功');
  const took = performance.now() - at;
  terminal.press('cancel');
  await terminal.screen('idle');
  return took;
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

function consoleOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split(/\r?\n/) : [];
}

/** A box whose terminal ended still says why. */
async function hearOut(file: string): Promise<void> {
  const limit = performance.now() + LAST_WORDS_MS;
  while (performance.now() < limit && !consoleOf(file).includes('box: that is all')) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Of kernel, terminal and box, without what the kernel says of its start. */
function lastWords(file: string): string {
  const lines = consoleOf(file).filter((line) => !line.startsWith('box: memory') && !/^\[ +[0-2]\.\d+\]/.test(line));
  return lines.slice(-5).join(' | ').slice(-600);
}

function lastMemory(file: string): Record<string, number> {
  const line = consoleOf(file).findLast((one) => one.startsWith('box: memory')) ?? '';
  return Object.fromEntries([...line.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', value]) => [name, Number(value)]));
}
