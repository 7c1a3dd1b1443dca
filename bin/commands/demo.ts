import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assertTlsVerificationOn } from '../../cloudpay/tls-settings.ts';
import { isFailure } from '../../domain/failure.ts';
import type { Command, CommandIo } from '../command.ts';
import { type Demo, startDemo, type WantedPort } from '../start/demo.ts';
import { DemoIsRunning, type DemoFolder, openDemoFolder } from '../start/demo-folder.ts';
import { announcementOf, fleetWords, runningAlready } from '../start/demo-words.ts';
import { versionOfTill } from '../start/version.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_RUNNING = 3;
/** The terminal crashed: "internal software error" (sysexits). */
const EXIT_CRASHED = 70;
const PORTS = { port: 8080, 'gateway-port': 8443, 'control-port': 8480, 'fleet-port': 8640 } as const;
const LOCALES = ['zh-CN', 'en'] as const;
/** Variables that belong to the project's tools, not to the terminal's configuration. */
const OTHER_VARIABLES = ['TILL_CHROMIUM'];

const HELP = `Usage: till demo [options]        (the same as npm start; options then follow a --)

Everything on this machine: the sandbox gateway on four loopback addresses with TLS, one configured terminal whose
screen, keys, scanner, voice and paper are in a browser page, and the fleet service with its console, an embedded broker
and 50 simulated terminals. No money moves, and no real gateway is ever called.

Options:
  --data DIR         keeps the orders, the journal and the settings (default ./.till/demo)
  --reset            throws the data of an earlier demo away first
  --fast             a payment waits 20 s for its result instead of 120 s; for showing the unknown result
  --locale L         language of screen, voice and paper: ${LOCALES.join(', ')} (default zh-CN)
  --host ADDRESS     where the terminal's page listens (default 127.0.0.1; 0.0.0.0 = also for a phone in this network)
  --port N           port of the terminal's page (default ${PORTS.port})
  --control-port N   port of the sandbox's page and control API (default ${PORTS['control-port']})
  --gateway-port N   port of the four domains (default ${PORTS['gateway-port']})
  --fleet-port N     port of the fleet's console and API, on 127.0.0.1 (default ${PORTS['fleet-port']})
  --no-fleet         without the fleet: less memory
  --json             print JSON lines instead of text: one when the terminal is ready, one when the fleet is
  --help             this text

A default port that is in use gives way to a free one, which is then named; 0 takes any free one. It runs until it gets
SIGINT (Ctrl-C) or SIGTERM. The configuration it writes, DIR/terminal.json, also works with till run --profile headless.

Exit codes: 0 after an orderly stop, 1 when it cannot start, 2 for options that cannot be understood, 3 when a demo is
running on the same data already, 70 when the terminal crashed.
`;

interface Options {
  readonly dataDir: string;
  readonly reset: boolean;
  readonly fast: boolean;
  readonly json: boolean;
  readonly fleet: boolean;
  readonly host: string;
  readonly locale: (typeof LOCALES)[number];
  readonly ports: Readonly<Record<keyof typeof PORTS, WantedPort>>;
}

/** The options, or in words what is wrong with them. */
function readOptions(argv: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        data: { type: 'string', default: '.till/demo' },
        reset: { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-fleet': { type: 'boolean', default: false },
        host: { type: 'string', default: '127.0.0.1' },
        locale: { type: 'string', default: 'zh-CN' },
        port: { type: 'string' },
        'gateway-port': { type: 'string' },
        'control-port': { type: 'string' },
        'fleet-port': { type: 'string' },
      },
    });
    const locale = LOCALES.find((one) => one === values.locale);
    if (locale === undefined) return `--locale must be one of ${LOCALES.join(', ')}, not "${values.locale}"`;
    const wanted = (name: keyof typeof PORTS): WantedPort => portOf(name, values[name]);
    const ports = {
      port: wanted('port'),
      'gateway-port': wanted('gateway-port'),
      'control-port': wanted('control-port'),
      'fleet-port': wanted('fleet-port'),
    };
    const { reset, fast, json, host } = values;
    return { dataDir: resolve(values.data), reset, fast, json, fleet: !values['no-fleet'], host, locale, ports };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws RangeError in words */
function portOf(name: keyof typeof PORTS, text: string | undefined): WantedPort {
  if (text === undefined) return { number: PORTS[name], isAsked: false };
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= 65_535)) throw new RangeError(`--${name} must be a whole number from 0 to 65535, not "${text}"`);
  return { number, isAsked: number !== 0 };
}

/** `till demo`, which is `npm start`. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'everything on this machine, in a browser (the same as npm start)',
  help: HELP,
  async run(argv, io) {
    const options = readOptions(argv);
    if (typeof options === 'string') {
      io.stderr.write(`till demo: ${options} (till demo --help tells more)\n`);
      return EXIT_USAGE;
    }
    let folder: DemoFolder | null = null;
    try {
      assertTlsVerificationOn(io.env);
      folder = openDemoFolder(options.dataDir, options.reset);
      return await runUntilStopped(options, folder, io);
    } catch (error) {
      if (error instanceof DemoIsRunning) {
        io.stderr.write(runningAlready(error.address, options.dataDir));
        return EXIT_RUNNING;
      }
      io.stderr.write(`till demo: ${problemOf(error)}\n`);
      return EXIT_FAILED;
    } finally {
      folder?.close();
    }
  },
};

async function runUntilStopped(options: Options, folder: DemoFolder, io: CommandIo): Promise<number> {
  const { ports, host, locale, fast } = options;
  const demo = await startDemo({
    folder,
    host,
    locale,
    fast,
    port: ports.port,
    gatewayPort: ports['gateway-port'],
    controlPort: ports['control-port'],
    fleetPort: options.fleet ? ports['fleet-port'] : null,
    environment: io.env,
    otherVariables: OTHER_VARIABLES,
  });
  folder.announce({ pid: process.pid, page: demo.page, sandbox: demo.sandbox });
  for (const warning of demo.warnings) io.stderr.write(`till demo: ${warning}\n`);
  io.stdout.write(options.json ? jsonLine(demo, folder) : announcement(options, folder, demo));
  void demo.fleetOpened.then((why) => {
    if (demo.console !== null && !io.signal.aborted) tellFleet(options, demo.console, why, io);
    else if (why !== null && !io.signal.aborted) io.stderr.write(`till demo: there is no fleet: ${why}\n`);
  });
  const stop = (): void => void demo.stop();
  io.signal.addEventListener('abort', stop, { once: true });
  if (io.signal.aborted) stop();
  const crash = await demo.ended;
  await demo.stop();
  if (crash === null) {
    if (!options.json) io.stdout.write('\n已停止 · stopped\n');
    return 0;
  }
  io.stderr.write(`till demo: the terminal crashed: ${problemOf(crash)}\n`);
  return EXIT_CRASHED;
}

/** The fleet's part of the announcement, some seconds after the terminal's. */
function tellFleet({ json }: Options, console: NonNullable<Demo['console']>, why: string | null, io: CommandIo): void {
  if (why !== null) io.stderr.write(`till demo: there is no fleet: ${why}\n`);
  else io.stdout.write(json ? `${JSON.stringify({ fleet: console })}\n` : fleetWords(console));
}

function jsonLine(demo: Demo, folder: DemoFolder): string {
  const { page, sandbox, domains, windowMs, console } = demo;
  const places = { page, sandbox, console: console?.url ?? null, domains };
  return `${JSON.stringify({ ...places, windowMs, data: folder.path, pid: process.pid })}\n`;
}

function announcement({ ports, host }: Options, folder: DemoFolder, demo: Demo): string {
  const places: readonly (readonly [WantedPort, string])[] = [
    [ports.port, demo.page],
    [ports['control-port'], demo.sandbox],
    [ports['gateway-port'], demo.domains[0] ?? ''],
    ...(demo.console === null ? [] : [[ports['fleet-port'], demo.console.url] as const]),
  ];
  const moved = places
    .filter(([wanted, url]) => wanted.number !== 0 && new URL(url).port !== String(wanted.number))
    .map(([wanted, url]) => ({ wanted: wanted.number, url }));
  const readyMs = process.uptime() * 1000;
  const { path, logFile } = folder;
  return announcementOf({ demo, folder: path, logFile, version: versionOfTill(), readyMs, host, moved });
}

/** A failure is expected and says what to do; so does a port that cannot be opened; anything else is a bug and shows where. */
function problemOf(error: unknown): string {
  if (isFailure(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && 'port' in error) {
    return `${error.message}: choose other ports with --port, --control-port, --gateway-port and --fleet-port (0 = any)`;
  }
  return error.stack ?? error.message;
}
