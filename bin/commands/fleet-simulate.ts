import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CertificateAuthority } from '../../fleet/service/authority/certificate-authority.ts';
import { SimulatedFleet } from '../../fleet/service/simulate/simulated-fleet.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { CommandIo } from '../command.ts';
import { versionOfTill } from '../start/version.ts';
import { FLEET_DATA_DEFAULT, UsageProblem, wholeOption, withProblems } from './fleet-options.ts';

const HELP = `Usage: till fleet simulate --terminals N [options]

Terminals of make-believe in this process that speak the real contract: births and wills, journal until it is
acknowledged, telemetry, commands, snapshots that can be followed, desired configuration. No money moves.

Options:
  --terminals N      how many (default 50)
  --server URL,…     where they connect (default mqtts://127.0.0.1:8883); mqtt:// for a broker without TLS
  --data DIR         the folder of a fleet service on this machine (default ~/.till/fleet): its CA enrols them
  --prefix P         ids are P-00001 … (default sim)
  --pause S          seconds between two customers of a terminal, on average (default 60; 0 = nobody pays)
  --telemetry S      seconds between two telemetries (default 60)
  --rate N           new terminals a second (default 50)
  --downlink-qos Q   1 (default), or 0 for NATS
  --json             progress as JSON lines

It runs until it gets SIGINT or SIGTERM. Exit codes: 0 after an orderly stop, 1 when it fails, 2 for wrong options.
`;

const OPTIONS = {
  terminals: { type: 'string', default: '50' },
  server: { type: 'string', default: 'mqtts://127.0.0.1:8883' },
  data: { type: 'string', default: FLEET_DATA_DEFAULT },
  prefix: { type: 'string', default: 'sim' },
  pause: { type: 'string', default: '60' },
  telemetry: { type: 'string', default: '60' },
  rate: { type: 'string', default: '50' },
  'downlink-qos': { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
} as const;

const PROGRESS_MS = 5_000;
const ENROLLED_DAYS = 30;

function serversOf(text: string): { servers: { host: string; port: number }[]; tls: boolean } {
  const urls = text.split(',').map((one) => URL.parse(one));
  const protocols = new Set(urls.map((url) => url?.protocol));
  if (protocols.size !== 1 || !['mqtt:', 'mqtts:'].includes(urls[0]?.protocol ?? '')) {
    throw new UsageProblem(`--server must be mqtt://host:port or mqtts://host:port, not "${text}"`);
  }
  const tls = urls[0]?.protocol === 'mqtts:';
  const portOf = (port: string): number => (port === '' ? (tls ? 8883 : 1883) : Number(port));
  return { tls, servers: urls.map((url) => ({ host: url?.hostname ?? '', port: portOf(url?.port ?? '') })) };
}

/** Each run enrols its terminals anew, for no key is kept; by their names a second run with the same prefix is the same fleet. */
async function enroller(dataDir: string): Promise<(tid: string) => Promise<{ cert: string; key: string; ca: string }>> {
  const folder = join(dataDir, 'ca');
  if (!existsSync(join(folder, 'ca.pem')))
    throw new Error(`there is no CA in ${folder}: start till fleet first, or name its --data`);
  const parts = { folder, random: new SystemRandom(), nowMs: new SystemClock().wallMs() };
  const authority = await CertificateAuthority.open(parts);
  const ca = readFileSync(authority.files.cert, 'utf8');
  return async (tid) => {
    const { cert, key } = await authority.enrol(tid, ENROLLED_DAYS);
    return { cert, key: key ?? '', ca };
  };
}

/** `till fleet simulate`. */
export function simulateFleet(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'simulate', help: HELP, argv, io }, async () => {
    const { values } = parseArgs({ args: argv, options: OPTIONS });
    const { servers, tls } = serversOf(values.server);
    if (!/^[A-Za-z0-9_-]{1,40}$/.test(values.prefix))
      throw new UsageProblem('--prefix must have 1 to 40 letters, digits, _ or -');
    const pauseMs = wholeOption('pause', values.pause, 0, 86_400) * 1000;
    const clock = new SystemClock();
    const fleet = new SimulatedFleet({
      ...{ clock, random: new SystemRandom(), prefix: values.prefix, servers, software: versionOfTill() },
      terminals: wholeOption('terminals', values.terminals, 1, 100_000),
      identityOf: tls ? await enroller(values.data) : null,
      telemetryMs: wholeOption('telemetry', values.telemetry, 1, 86_400) * 1000,
      pauseMs: pauseMs === 0 ? null : pauseMs,
      downlinkQos: wholeOption('downlink-qos', values['downlink-qos'], 0, 1) === 0 ? 0 : 1,
      perSecond: wholeOption('rate', values.rate, 1, 100_000),
    });
    const tell = (): void => {
      const { acknowledged, waiting } = fleet.events;
      const [started, connected] = [fleet.terminals.length, fleet.connected];
      io.stdout.write(
        values.json
          ? `${JSON.stringify({ started, connected, acknowledged, waiting })}\n`
          : `${connected} of ${started} connected, ${acknowledged} events acknowledged, ${waiting} waiting\n`,
      );
    };
    const progress = setInterval(tell, PROGRESS_MS);
    const stopped = new Promise<void>((resolve) => {
      if (io.signal.aborted) resolve();
      io.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([fleet.start(), stopped]);
    tell();
    await stopped;
    clearInterval(progress);
    await fleet.stop();
    return 0;
  });
}
