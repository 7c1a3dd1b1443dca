import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import { consolePages } from '../../fleet/console/console-pages.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { CommandIo } from '../command.ts';
import { startFleetProcess, type BrokerPlace, type FleetProcess, type IdentityFiles } from '../start/fleet-process.ts';
import { oidcOptions, providerOf } from './fleet-oidc.ts';
import { storeOptions, UsageProblem, wholeOption, withProblems } from './fleet-options.ts';

const HELP = 'till fleet --help lists the options of serve.\n';

const OPTIONS = {
  ...storeOptions,
  broker: { type: 'string', default: 'embedded' },
  'broker-ca': { type: 'string' },
  'broker-cert': { type: 'string' },
  'broker-key': { type: 'string' },
  replicas: { type: 'string', default: '1' },
  'mqtt-host': { type: 'string', default: '127.0.0.1' },
  'mqtt-port': { type: 'string', default: '8883' },
  'host-name': { type: 'string', multiple: true },
  plain: { type: 'boolean', default: false },
  'http-host': { type: 'string', default: '127.0.0.1' },
  'http-port': { type: 'string', default: '8640' },
  worker: { type: 'boolean', default: false },
  'retention-days': { type: 'string', default: '90' },
  ...oidcOptions,
} as const;

function parse(argv: string[]) {
  return parseArgs({ args: argv, options: OPTIONS }).values;
}
type Values = ReturnType<typeof parse>;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function identityOf(values: Values): IdentityFiles | null {
  const [ca, cert, key] = [values['broker-ca'], values['broker-cert'], values['broker-key']];
  if (ca === undefined && cert === undefined && key === undefined) return null;
  if (ca === undefined || cert === undefined || key === undefined) {
    throw new UsageProblem('--broker-ca, --broker-cert and --broker-key belong together');
  }
  return { ca, cert, key };
}

function brokerOf(values: Values): BrokerPlace {
  if (values.broker === 'embedded') {
    if (values.worker)
      throw new UsageProblem('--worker needs an outside broker (--broker): the embedded one is one process');
    const host = values['mqtt-host'];
    if (values.plain && !isLoopback(host)) throw new UsageProblem('--plain is only for a loopback address');
    const port = wholeOption('mqtt-port', values['mqtt-port'], 0, 65_535);
    return {
      kind: 'embedded',
      host,
      port,
      tls: !values.plain,
      hostNames: values['host-name'] ?? ['127.0.0.1', 'localhost'],
    };
  }
  const servers = values.broker.split(',');
  const protocols = new Set(servers.map((server) => URL.parse(server)?.protocol));
  const [protocol = ''] = protocols;
  const identity = identityOf(values);
  if (protocols.size === 1 && protocol === 'nats:') {
    return { kind: 'nats', servers, identity, replicas: wholeOption('replicas', values.replicas, 1, 5) };
  }
  if (protocols.size === 1 && ['mqtt:', 'mqtts:'].includes(protocol)) {
    if (protocol === 'mqtts:' && identity === null)
      throw new UsageProblem('mqtts:// needs --broker-ca, --broker-cert, --broker-key');
    return { kind: 'mqtt', servers, identity: protocol === 'mqtts:' ? identity : null };
  }
  throw new UsageProblem(
    `--broker must be embedded, mqtt(s)://host:port,… or nats://host:port,…, not "${values.broker}"`,
  );
}

function announcement(fleet: FleetProcess, values: Values, broker: BrokerPlace): string {
  const { service, adminToken, warnings, brokerPort } = fleet;
  const scheme = broker.kind === 'embedded' && broker.tls ? 'mqtts' : 'mqtt';
  const brokerUrl = broker.kind === 'embedded' ? `${scheme}://${broker.host}:${brokerPort}` : broker.servers.join(',');
  if (values.json) return `${JSON.stringify({ url: service.url, broker: brokerUrl, adminToken, warnings })}\n`;
  const token = adminToken === null ? '' : `  admin token  ${adminToken}  (shown this once)\n`;
  return (
    `The fleet service is open.\n\n  console      ${service.url ?? 'none: a worker'}\n  terminals    ${brokerUrl}\n${token}` +
    `${warnings.map((warning) => `\n  warning: ${warning}\n`).join('')}\nCtrl-C stops it.\n`
  );
}

/** `till fleet [serve]`. */
export function serveFleet(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'serve', help: HELP, argv, io }, async () => {
    const values = parse(argv);
    const broker = brokerOf(values);
    const port = wholeOption('http-port', values['http-port'], 0, 65_535);
    const fleet = await startFleetProcess({
      ...{ clock: new SystemClock(), random: new SystemRandom(), broker, dataDir: values.data },
      log: pino({ level: 'info', base: null }, destination({ fd: 2, sync: true })),
      database: values.database ?? null,
      http: values.worker ? null : { host: values['http-host'], port },
      ...providerOf(values),
      retentionDays: wholeOption('retention-days', values['retention-days'], 1, 3_650),
      pages: consolePages(),
    });
    io.stdout.write(announcement(fleet, values, broker));
    if (!io.signal.aborted) {
      await new Promise<void>((resolve) => io.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    await fleet.stop();
    return 0;
  });
}
