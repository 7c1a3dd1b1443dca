import { decodeMessage } from '../../fleet/contract/codec.ts';
import { EmbeddedBroker } from '../../fleet/service/ingest/embedded-broker.ts';
import { sendDown } from '../../fleet/service/ingest/downlink.ts';
import { MqttShareSource } from '../../fleet/service/ingest/mqtt-share-source.ts';
import type { UplinkSink } from '../../fleet/service/ingest/uplink-sink.ts';
import { FleetMetrics } from '../../fleet/service/metrics.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';

// The broker without a database: every event is acknowledged as soon as it is read. What ingest can reach at most.

const [kind = 'embedded', portText = '0'] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const [clock, metrics] = [new SystemClock(), new FleetMetrics()];
const generous = { packetsBurst: 1e9, packetsPerSecond: 1e9, bytesBurst: 1e12, bytesPerSecond: 1e12 };
const place = { host: '127.0.0.1', port: Number(portText), tls: null, isRevoked: () => false, flood: generous };
const source =
  kind === 'embedded'
    ? new EmbeddedBroker({ clock, log, metrics, ...place })
    : new MqttShareSource({
        ...{ servers: [`mqtt://127.0.0.1:${portText}`], clientId: 'bench', group: 'bench', tls: null, log, metrics },
      });

const sink: UplinkSink = {
  offer: ({ tid, family, packet }) => {
    const decoded = family === 'up/ev' ? decodeMessage('up/ev', packet) : null;
    const last = decoded?.ok === true ? decoded.message.ev.at(-1) : undefined;
    if (decoded?.ok === true && last !== undefined)
      sendDown(source, tid, 'dn/ack', { e: decoded.message.e, s: last.s });
    return Promise.resolve('committed');
  },
  room: () => Promise.resolve(),
};
await source.open(sink);
process.stdout.write(
  `${JSON.stringify({ port: source instanceof EmbeddedBroker ? source.port : Number(portText) })}\n`,
);
