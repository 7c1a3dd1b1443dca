import type { BenchPlace } from './bench-place.ts';
import { startFleet, startScript } from './children.ts';
import type { BenchFigures, Crowd } from './figures.ts';
import { portOf } from './ingest.ts';
import { memoryOf } from './processes.ts';

interface CrowdLine {
  readonly held: number;
  readonly ms: number;
}

/** Terminals that connect and then say nothing, and what the one who holds them grew by. */
async function crowdAt(port: number, wanted: number, holder: number, authority = ''): Promise<Crowd> {
  const before = memoryOf(holder);
  const crowd = await startScript<CrowdLine>('connections', String(port), String(wanted), authority);
  const { held, ms } = crowd.line;
  const bytesEach = (memoryOf(holder) - before) / Math.max(1, held);
  await crowd.stop();
  return { held, wanted, bytesEach, seconds: ms / 1000 };
}

async function atService(place: BenchPlace, isTls: boolean): Promise<Crowd> {
  const { connections, tlsConnections } = place.sizes;
  const name = isTls ? 'crowd_tls' : 'crowd';
  const folder = place.folder(name);
  const how = isTls ? [] : ['--plain'];
  const url = await place.database(name);
  const fleet = await startFleet(...how, '--mqtt-port', '0', '--database', url, '--data', folder);
  try {
    const wanted = isTls ? tlsConnections : connections;
    return await crowdAt(portOf(fleet), wanted, fleet.pid, isTls ? `${folder}/ca` : '');
  } finally {
    await fleet.stop();
  }
}

/** How many silent connections each broker holds, and what each costs in memory. */
export async function measureCrowds(place: BenchPlace): Promise<Required<BenchFigures>['connections']> {
  const { connections, tlsConnections } = place.sizes;
  place.step(`${connections} connections at the embedded broker alone`);
  const broker = await startScript<{ readonly port: number }>('brokerAlone', 'embedded', '0');
  const embeddedAlone = await crowdAt(broker.line.port, connections, broker.pid);
  await broker.stop();
  place.step(`${connections} connections at till fleet`);
  const service = await atService(place, false);
  place.step(`${tlsConnections} connections at till fleet, each with a certificate of its own`);
  const serviceTls = await atService(place, true);
  place.step(`${connections} connections at mosquitto`);
  const mosquitto = await crowdAt(place.mosquittoPort, connections, place.mosquittoPid);
  return { embeddedAlone, service, serviceTls, mosquitto };
}
