import { join } from 'node:path';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { startSandboxServer, type SandboxServer } from '../../simulator/gateway/server.ts';
import { STATE_PROFILES, type StateProfile } from '../../simulator/gateway/settings.ts';
import type { Command, CommandIo } from '../command.ts';

const EXIT_USAGE = 2;
const EXIT_FAILED = 1;
const PORT_DEFAULT = 8443;
const CONTROL_PORT_DEFAULT = 8480;

const HELP = `Usage: till gateway [options]

The Cloud Pay sandbox: four TLS domains over one order book on this machine, with fault scripts, a control API and a
page that shows what truly happened. No money moves, and no real gateway is ever called.

Options:
  --port N           port of the four domains (default ${PORT_DEFAULT}; 0 = let the system choose)
  --control-port N   port of the page and the control API on 127.0.0.1 (default ${CONTROL_PORT_DEFAULT}; 0 = choose)
  --data DIR         keeps the CA and the order book (default ~/.till/gateway)
  --profile P        numbering of the Alipay states: ${STATE_PROFILES.join(', ')} (default mixed)
  --json             print one JSON line instead of text
  --help             this text

Fault scripts are chosen by the order total (900.01, 900.02, …; GET /scripts lists them), armed through the control
API (POST /faults) or clicked on the page. Every other amount is plain. It runs until it gets SIGINT or SIGTERM.

Exit codes: 0 after an orderly stop, 1 when it cannot start, 2 for options that cannot be understood.
`;

interface Options {
  readonly port: number;
  readonly controlPort: number;
  readonly dataDir: string;
  readonly profile: StateProfile;
  readonly json: boolean;
}

/** The options, or in words what is wrong with them. */
function readOptions(argv: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: String(PORT_DEFAULT) },
        'control-port': { type: 'string', default: String(CONTROL_PORT_DEFAULT) },
        data: { type: 'string', default: join(homedir(), '.till', 'gateway') },
        profile: { type: 'string', default: 'mixed' },
        json: { type: 'boolean', default: false },
      },
    });
    const profile = STATE_PROFILES.find((one) => one === values.profile);
    if (profile === undefined) return `--profile must be one of ${STATE_PROFILES.join(', ')}, not "${values.profile}"`;
    const port = portOf(values.port);
    if (port === null) return `--port must be a whole number from 0 to 65535, not "${values.port}"`;
    const controlPort = portOf(values['control-port']);
    if (controlPort === null) {
      return `--control-port must be a whole number from 0 to 65535, not "${values['control-port']}"`;
    }
    return { port, controlPort, dataDir: values.data, profile, json: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : null;
}

function announcement(server: SandboxServer, json: boolean): string {
  const { domains, caFile, controlUrl } = server;
  if (json) return `${JSON.stringify({ domains, caFile, controlUrl })}\n`;
  const list = domains.map((domain, index) => `  domain ${index}   ${domain}`).join('\n');
  return (
    `The Cloud Pay sandbox is open.\n\n  page       ${controlUrl}/\n${list}\n  CA file    ${caFile}\n\n` +
    `A terminal needs gateway.domains = the four URLs and gateway.caFile = the CA file; then scan the configuration QR\n` +
    `that the page shows. Ctrl-C stops the sandbox.\n`
  );
}

/** In words what kept the sandbox from starting, and what to do. */
function startProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return code === 'EADDRINUSE' ? `${message}: choose another port with --port or --control-port (0 = any)` : message;
}

async function run(argv: string[], io: CommandIo): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    io.stderr.write(`till gateway: ${options} (till gateway --help tells more)\n`);
    return EXIT_USAGE;
  }
  let server: SandboxServer;
  try {
    server = await startSandboxServer({
      dataDir: options.dataDir,
      clock: new SystemClock(),
      random: new SystemRandom(),
      port: options.port,
      controlPort: options.controlPort,
      settings: { profile: options.profile, latency: { kind: 'lognormal', p50Ms: 150, p99Ms: 900 } },
    });
  } catch (error) {
    io.stderr.write(`till gateway: cannot start: ${startProblem(error)}\n`);
    return EXIT_FAILED;
  }
  io.stdout.write(announcement(server, options.json));
  if (!io.signal.aborted) {
    await new Promise<void>((resolve) => io.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await server.close();
  return 0;
}

/** `till gateway`: the Cloud Pay sandbox. */
export const gatewayCommand: Command = {
  name: 'gateway',
  summary: 'the Cloud Pay sandbox for integrators and tests',
  help: HELP,
  run,
};
