import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { parseTopic, topicOf, type DownFamily, type UpFamily } from '../../contract/topics.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import type { UplinkSink } from './uplink-sink.ts';
import type { UplinkSource } from './uplink-source.ts';

const STREAM = 'TILL_UP';
const CONSUMER = 'till-fleet';
/** A worker that died with a packet loses it to another one after this. */
const ACK_WAIT_MS = 30_000;
const AT_HAND = 1_000;
/** The stream is a way, not a store: what no worker took in this time, the terminals send again. */
const KEPT_MS = 6 * 3_600_000;
const KEPT_BYTES = 4 * 1024 ** 3;

/** Which NATS cluster, and how the stream is kept. */
export interface JetStreamParts {
  /** `nats://host:port`, any nodes of the cluster. */
  readonly servers: readonly string[];
  /** PEM texts; null: no TLS. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
  /** Copies of the stream: 3 in a cluster of three. */
  readonly replicas: number;
  /** Most bytes the stream may hold on a node's disk. */
  readonly keptBytes?: number;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
}

/** NATS with JetStream: terminals speak MQTT to it, workers pull from one durable consumer and acknowledge after the commit. */
export class JetStreamSource implements UplinkSource {
  readonly #parts: JetStreamParts;
  #connection: NatsConnection | null = null;
  #messages: ConsumerMessages | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(parts: JetStreamParts) {
    this.#parts = parts;
  }

  async open(sink: UplinkSink): Promise<void> {
    const { servers, tls } = this.#parts;
    const connection = await connect({
      ...{ servers: [...servers], name: 'till-fleet', maxReconnectAttempts: -1, reconnectTimeWait: 500 },
      ...(tls !== null && { tls: { ca: tls.ca, cert: tls.cert, key: tls.key, ...oneOf(servers) } }),
    });
    try {
      this.#messages = await this.#consume(connection);
    } catch (error) {
      // A cluster that has not elected its leaders refuses; a connection left behind would come back to it for ever.
      await connection.close();
      throw error;
    }
    this.#connection = connection;
    this.#reading = this.#read(this.#messages, sink);
  }

  /** The stream and its consumer, made or brought up to date, and read from. */
  async #consume(connection: NatsConnection): Promise<ConsumerMessages> {
    const { replicas, keptBytes } = this.#parts;
    const manager = await jetstreamManager(connection);
    const wanted = {
      ...{ name: STREAM, subjects: ['f.v1.*.up.*'], retention: RetentionPolicy.Workqueue, storage: StorageType.File },
      ...{ num_replicas: replicas, max_age: nanos(KEPT_MS), max_bytes: keptBytes ?? KEPT_BYTES },
      ...{ max_msg_size: 128 * 1024, discard: DiscardPolicy.Old },
    };
    await manager.streams.info(STREAM).then(
      () => manager.streams.update(STREAM, wanted),
      () => manager.streams.add(wanted),
    );
    await manager.consumers.add(STREAM, {
      ...{ durable_name: CONSUMER, ack_policy: AckPolicy.Explicit, ack_wait: nanos(ACK_WAIT_MS) },
      ...{ max_ack_pending: 20_000, max_deliver: -1 },
    });
    const consumer = await jetstream(connection).consumers.get(STREAM, CONSUMER);
    return consumer.consume({ max_messages: AT_HAND });
  }

  send(tid: string, family: DownFamily, packet: Uint8Array): void {
    const connection = this.#connection;
    if (connection === null || connection.isClosed()) return;
    connection.publish(topicOf(tid, family).replaceAll('/', '.'), packet);
  }

  async stopReading(): Promise<void> {
    this.#messages?.stop();
    await this.#reading;
  }

  async close(): Promise<void> {
    this.#messages?.stop();
    // Draining would wait for a cluster that may be gone.
    await this.#connection?.close();
  }

  async #read(messages: ConsumerMessages, sink: UplinkSink): Promise<void> {
    for await (const message of messages) {
      const parsed = parseTopic(message.subject.replaceAll('.', '/'));
      if (parsed === null || !parsed.family.startsWith('up/')) {
        this.#parts.metrics.turnedAway.inc({ why: 'topic' });
        message.term();
        continue;
      }
      void sink.offer({ tid: parsed.tid, family: parsed.family as UpFamily, packet: message.data }).then((end) => {
        settle(message, end);
      });
      await sink.room();
    }
  }
}

/**
 * A node must show a certificate for one of the names that were configured. The client would ask for the name that it connects to, but
 * it knows none for an address, whether configured or told by the cluster.
 */
function oneOf(servers: readonly string[]) {
  const hosts = servers.map((server) => new URL(server).hostname);
  return {
    checkServerIdentity: (_asked: string, cert: PeerCertificate): Error | undefined => {
      const problems = hosts.map((host) => checkServerIdentity(host, cert));
      return problems.includes(undefined) ? undefined : problems[0];
    },
  };
}

function settle(message: JsMsg, end: 'committed' | 'refused' | 'dropped'): void {
  if (end === 'committed') message.ack();
  else if (end === 'refused') message.term();
  // Dropped: another worker gets it.
  else message.nak();
}
