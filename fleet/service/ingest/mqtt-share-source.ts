import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { MESSAGE_FAMILIES } from '../../contract/message-families.ts';
import { parseTopic, serviceSubscription, topicOf, type DownFamily, type UpFamily } from '../../contract/topics.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import type { UplinkSink } from './uplink-sink.ts';
import type { UplinkSource } from './uplink-source.ts';

const CONNECT_LIMIT_MS = 10_000;
const RECONNECT_MS = 1_000;
/** Packets the broker may hand over before it hears back. */
const RECEIVE_MAX = 1_000;
/** Acknowledgements that the broker has not taken yet; beyond it they are left out: a terminal sends again what lacks one. */
const OUTSTANDING_MAX = 10_000;

/** Which broker, and with whom its terminals are shared. */
export interface MqttShareParts {
  /** `mqtt://host:port` or `mqtts://…`, tried in turn. */
  readonly servers: readonly string[];
  /** Unique among the workers. */
  readonly clientId: string;
  /** Workers with the same group share the terminals' packets. */
  readonly group: string;
  /** PEM texts; null: no TLS. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
}

/** Any broker with MQTT shared subscriptions: mosquitto, EMQX, HiveMQ, VerneMQ. It has made sure who sent what (ACL on the user name). */
export class MqttShareSource implements UplinkSource {
  readonly #parts: MqttShareParts;
  #client: MqttClient | null = null;
  #outstanding = 0;

  constructor(parts: MqttShareParts) {
    this.#parts = parts;
  }

  async open(sink: UplinkSink): Promise<void> {
    const { servers, clientId, group, tls, log } = this.#parts;
    const options: IClientOptions = {
      servers: servers.map(serverOf),
      protocol: tls === null ? 'mqtt' : 'mqtts',
      ...{ clientId, protocolVersion: 5, clean: true, keepalive: 30, reconnectPeriod: RECONNECT_MS },
      ...{ reconnectOnConnackError: true, queueQoSZero: false, connectTimeout: CONNECT_LIMIT_MS, resubscribe: true },
      properties: { receiveMaximum: RECEIVE_MAX },
      ...(tls !== null && { ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: true }),
    };
    const client = connect(options);
    this.#client = client;
    // As at the embedded broker: small packets must not wait for each other.
    client.on('connect', () => client.stream instanceof Socket && client.stream.setNoDelay(true));
    client.on('error', (error) => log.warn({ reason: error.message }, 'the broker'));
    client.on('close', () => log.warn({}, 'the connection to the broker is gone; trying again'));
    client.handleMessage = (packet, done) => {
      this.#take(sink, packet.topic, packet.payload);
      // The next packet is read when there is room; until then the broker keeps it, or gives it to another worker.
      sink.room().then(() => done(), done);
    };
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        client.end(true);
        reject(new Error(`the broker at ${servers.join(', ')} cannot be used: ${error.message}`));
      };
      client.once('error', fail);
      client.once('connect', () => {
        client.subscribe(serviceSubscription(group), { qos: 1 }, (error, granted) => {
          client.off('error', fail);
          const refused = (granted ?? []).some(({ qos }) => qos >= 128);
          if (error != null || refused) fail(error ?? new Error('it refused the shared subscription'));
          else resolve();
        });
      });
    });
  }

  send(tid: string, family: DownFamily, packet: Uint8Array): void {
    const client = this.#client;
    if (client?.connected !== true || this.#outstanding >= OUTSTANDING_MAX) return;
    this.#outstanding += 1;
    client.publish(topicOf(tid, family), Buffer.from(packet), { qos: MESSAGE_FAMILIES[family].qos }, () => {
      this.#outstanding -= 1;
    });
  }

  async stopReading(): Promise<void> {
    const client = this.#client;
    if (client?.connected === true) {
      await client.unsubscribeAsync(serviceSubscription(this.#parts.group)).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true).catch(() => undefined);
  }

  #take(sink: UplinkSink, topic: string, payload: Buffer | string): void {
    const parsed = parseTopic(topic);
    if (parsed === null || !parsed.family.startsWith('up/')) {
      this.#parts.metrics.turnedAway.inc({ why: 'topic' });
      return;
    }
    const packet = typeof payload === 'string' ? Buffer.from(payload) : payload;
    void sink.offer({ tid: parsed.tid, family: parsed.family as UpFamily, packet });
  }
}

function serverOf(url: string): { host: string; port: number; protocol: 'mqtt' | 'mqtts' } {
  const { hostname, port, protocol } = new URL(url);
  const isTls = protocol === 'mqtts:';
  return {
    host: hostname,
    port: port === '' ? (isTls ? 8883 : 1883) : Number(port),
    protocol: isTls ? 'mqtts' : 'mqtt',
  };
}
