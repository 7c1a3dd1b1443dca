import { networkInterfaces } from 'node:os';
import { relative } from 'node:path';
import type { Demo } from './demo.ts';
import type { DemoAddress } from './demo-folder.ts';

/** What a visitor of the demo is told. */
export interface DemoFacts {
  readonly demo: Demo;
  readonly folder: string;
  readonly logFile: string;
  readonly version: string;
  /** From the start of the process until everything answered. */
  readonly readyMs: number;
  readonly host: string;
  /** Ports that were busy, with what took their place. */
  readonly moved: readonly { readonly wanted: number; readonly url: string }[];
}

/** What runs where, for the visitor. */
export function announcementOf(facts: DemoFacts): string {
  const { demo, moved } = facts;
  const seconds = (facts.readyMs / 1000).toFixed(1);
  const rows: readonly (readonly [string, string, string])[] = [
    ['终端 terminal', demo.page, '收款，请打开它 · open this one'],
    ...lanRows(facts),
    ['账本 book', demo.sandbox, '网关里真正发生的事 · what truly happened'],
    ...(demo.console === null
      ? []
      : [
          ['车队 fleet', demo.console.url, '正在启动，稍后给出登录链接 · starting, a link to sign in follows'] as const,
        ]),
    ['网关 gateway', domainsText(demo.domains), '沙盒，不动真钱 · a sandbox, no real money'],
    ['数据 data', nearPath(facts.folder), '--reset 从头开始 · starts afresh'],
    ['日志 log', nearPath(facts.logFile), ''],
  ];
  const [left, middle] = [0, 1].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const table = rows.map((row) => `  ${padded(row[0], left)}  ${padded(row[1], middle)}  ${row[2]}`.trimEnd());
  const notes = moved.map(
    ({ wanted, url }) => `  端口 ${wanted} 被占用，改用 · port ${wanted} is in use, took another: ${url}`,
  );
  const window =
    demo.windowMs === 120_000
      ? []
      : [`  收款等待 ${demo.windowMs / 1000} 秒 · a payment waits ${demo.windowMs / 1000} s for its result`];
  const lines = [
    `Till ${facts.version} · 演示就绪 · the demo is ready (${seconds} s)`,
    '',
    ...table,
    ...(notes.length + window.length > 0 ? ['', ...notes, ...window] : []),
    '',
    '  试试 · try    2 0 . 0 5 确认 Enter，再点一张付款码 · then tap a payment code',
    '  停止 · stop   Ctrl-C',
    '',
  ];
  return `\n${lines.join('\n')}\n`;
}

/** The fleet is open: where, and how to get in. */
export function fleetWords({ signIn }: NonNullable<Demo['console']>): string {
  return (
    `  车队控制台就绪，本终端和 50 台模拟终端都在里面 · the fleet console is ready: this terminal and 50 simulated ones\n` +
    `  登录 · sign in   ${signIn}\n\n`
  );
}

/** Why a second demo on the same folder does not start, and what to do. */
export function runningAlready(address: DemoAddress | null, folder: string): string {
  if (address === null) {
    return (
      `演示正在启动，请稍候再试。Another demo is starting on ${nearPath(folder)}: try again in a moment,\n` +
      `or give another folder with --data DIR.\n`
    );
  }
  return (
    `演示已在运行（进程 ${address.pid}）。A demo is running already (process ${address.pid}):\n\n` +
    `  终端 terminal  ${address.page}\n  账本 book      ${address.sandbox}\n\n` +
    `请打开上面的网址，或按 Ctrl-C 停止它；要另开一个：--data 目录。\n` +
    `Open it there, stop it with Ctrl-C (or kill ${address.pid}), or start another one with --data DIR.\n`
  );
}

/** The addresses that a phone in the same network can open. */
function lanRows({ host, demo }: DemoFacts): (readonly [string, string, string])[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  const { port } = new URL(demo.page);
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => ['', `http://${address}:${port}/`, '同一网络的手机 · a phone in this network']);
}

/** Four addresses on one port in one piece. */
function domainsText(domains: readonly string[]): string {
  const urls = domains.map((domain) => new URL(domain));
  const [first] = urls;
  const isRow = urls.every(({ hostname, port }, index) => hostname === `127.0.0.${index + 1}` && port === first?.port);
  return isRow && first !== undefined ? `https://127.0.0.1–${urls.length}:${first.port}` : domains.join(' ');
}

/** From the working directory where it lies below it, else whole. */
function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : `./${near}`;
}

/** Columns on a console: a Chinese character takes two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1), 0);
}

function padded(text: string, width = 0): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
