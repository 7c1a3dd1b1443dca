import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FleetPart, Vitals } from '../../actors/fleet-link/fleet-part.ts';
import type { Log } from '../../actors/log.ts';
import { fleetIdOf } from '../../config/fleet-keys.ts';
import { openFleetMemory } from '../../config/fleet-memory.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Disk } from '../../hal/disk/contract.ts';

const NS_A_MS = 1e6;

/** What the fleet link is made of. */
export interface FleetOptions {
  readonly config: TerminalConfig;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly setLogLevel: FleetPart['setLogLevel'];
  /** Ends the process in order, so that it is started again. */
  readonly restart: () => void;
}

/**
 * The terminal's part in a fleet, as its configuration wants it; undefined without one. The MQTT client is loaded with the first
 * connection: it costs 18 MiB that a terminal without a fleet never pays, and a start never waits for it.
 * @throws TerminalFailure `storage.failed`
 */
export async function openFleet(options: FleetOptions): Promise<FleetPart | undefined> {
  const { config, disk, clock, log } = options;
  const { url, moreUrls, telemetryMs, keepaliveMs, downlinkQos, commandKeyFile } = config.fleet;
  const tid = fleetIdOf(config.fleet, config.sn);
  if (url === null || tid === null) return undefined;
  const memory = await openFleetMemory({ disk, folder: join(config.dataDir, 'fleet') });
  for (const warning of memory.warnings) log.warn({}, warning);
  const tls = readTls(config.fleet);
  return {
    tid,
    servers: [url, ...moreUrls],
    telemetryMs,
    connector: async () => {
      const { createMqttConnector } = await import('../../actors/fleet-link/mqtt-connector.ts');
      return createMqttConnector({ clock, keepaliveMs, downlinkQos: downlinkQos === 0 ? 0 : 1, ...tls });
    },
    memory,
    ...(commandKeyFile !== null && { commandKeyPem: readFileSync(commandKeyFile, 'utf8') }),
    vitals: processVitals(),
    setLogLevel: options.setLogLevel,
    restart: options.restart,
    reboot: null,
    jobs: null,
  };
}

function readTls({ caFile, certFile, keyFile }: TerminalConfig['fleet']) {
  const certificate =
    certFile === null || keyFile === null
      ? null
      : { certPem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8') };
  return { caPem: caFile === null ? null : readFileSync(caFile, 'utf8'), certificate };
}

/** Memory and delays of this process since the last telemetry. */
function processVitals(): () => Vitals {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return () => {
    const { rss, heapUsed } = process.memoryUsage();
    const ms = (ns: number): number => (Number.isFinite(ns) ? Math.min(86_400_000, Math.max(0, ns / NS_A_MS)) : 0);
    const lag = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
    delay.reset();
    return { mem: { rss, heap: heapUsed }, lag };
  };
}
