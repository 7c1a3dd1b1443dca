import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { Clock } from '../../../hal/clock/contract.ts';
import {
  isTerminalId,
  parseTopic,
  terminalSubscription,
  topicOf,
  type DownFamily,
  type UpFamily,
} from '../../contract/topics.ts';
import { MESSAGE_FAMILIES } from '../../contract/message-families.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import { guardSocket, type FloodLimits } from './packet-guard.ts';
import type { UplinkSink } from './uplink-sink.ts';
import type { UplinkSource } from './uplink-source.ts';

/** Half-open connections are let go after this. */
const CONNECT_LIMIT_MS = 10_000;
/** Longest silence that a terminal may ask for: the broker notices a dead one after one and a half of it. */
const KEEPALIVE_S_MAX = 1_200;
const NOT_AUTHORIZED = 5;

/** Where the broker listens, whom it believes, and how much it takes from one terminal. */
export interface EmbeddedBrokerParts {
  readonly clock: Clock;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
  readonly host: string;
  readonly port: number;
  /** Server certificate, key and the terminals' CA. Null: no TLS, the name is believed: for one machine and for demos. */
  readonly tls: Pick<TlsOptions, 'cert' | 'key' | 'ca'> | null;
  /** Whether a certificate (serial in hexadecimal, as Node shows it) is on the list of revoked ones. */
  readonly isRevoked: (serial: string) => boolean;
  readonly flood?: FloodLimits;
}

/** The broker inside the service: aedes behind mutual TLS, where a terminal can speak only as itself and only on its own topics. */
export class EmbeddedBroker implements UplinkSource {
  readonly #parts: EmbeddedBrokerParts;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Map<string, Client>();
  #aedes: Aedes | null = null;
  #sink: UplinkSink | null = null;

  constructor(parts: EmbeddedBrokerParts) {
    this.#parts = parts;
    const onSocket = (socket: Socket): void => this.#take(socket);
    this.#server =
      parts.tls === null
        ? createPlainServer({ noDelay: true }, onSocket)
        : createTlsServer(
            // Packets are small: held back for the answer to the one before, each costs the other side's 40 ms of delayed ACK.
            { ...parts.tls, noDelay: true, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
            onSocket,
          );
    this.#server.on('tlsClientError', (error: Error) => this.#turnedAway('certificate', null, error.message));
  }

  /** The port that is listened on. */
  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  async open(sink: UplinkSink): Promise<void> {
    this.#sink = sink;
    this.#aedes = await Aedes.createBroker({
      connectTimeout: CONNECT_LIMIT_MS,
      keepaliveLimit: KEEPALIVE_S_MAX,
      maxClientsIdLength: 48,
      maxTopicLevels: 8,
      authenticate: (client, username, _password, done) => this.#authenticate(client, username, done),
      authorizePublish: (client, packet, done) => done(this.#mayPublish(client, packet)),
      authorizeSubscribe: (client, subscription, done) => {
        const isOwn = client.id !== undefined && subscription.topic === terminalSubscription(client.id);
        if (!isOwn) this.#turnedAway('topic', client.id, subscription.topic);
        done(null, isOwn ? subscription : null);
      },
      published: (packet, client, done) => this.#onPublished(packet, client, done),
    });
    const { metrics } = this.#parts;
    this.#aedes.on('clientReady', (client) => {
      this.#clients.set(client.id, client);
      metrics.connections.set(this.#clients.size);
    });
    this.#aedes.on('clientDisconnect', (client) => {
      if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
      metrics.connections.set(this.#clients.size);
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#parts.port, this.#parts.host, () => resolve());
    });
    this.#server.on('error', (error) => this.#parts.log.error({ reason: error.message }, 'the broker met an error'));
  }

  send(tid: string, family: DownFamily, packet: Uint8Array): void {
    const client = this.#clients.get(tid);
    if (client === undefined) return;
    const { qos } = MESSAGE_FAMILIES[family];
    const publish = { cmd: 'publish' as const, topic: topicOf(tid, family), payload: Buffer.from(packet), qos };
    // Straight to the one connection: matching every message against all subscriptions would find the same.
    client.publish({ ...publish, retain: false, dup: false }, () => undefined);
  }

  /** Ends connections whose certificate has been revoked since they came. */
  dropRevoked(): void {
    for (const socket of this.#sockets) {
      const serial = socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber : '';
      if (serial !== '' && this.#parts.isRevoked(serial)) {
        this.#turnedAway('revoked', null, serial);
        socket.destroy();
      }
    }
  }

  async stopReading(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.pause();
      resolve();
    });
  }

  async close(): Promise<void> {
    const aedes = this.#aedes;
    this.#server.close();
    if (aedes !== null) await new Promise<void>((resolve) => aedes.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.#sockets.delete(socket));
    guardSocket(
      socket,
      this.#parts.clock,
      (why) => this.#turnedAway(why, socket instanceof TLSSocket ? commonName(socket) : null, ''),
      this.#parts.flood,
    );
    this.#aedes?.handle(socket);
  }

  /** Certificate name, user name and client id are one and the same. */
  #authenticate(
    client: Client,
    username: string | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const refuse = (why: string): void => {
      this.#turnedAway(why, client.id, '');
      const error: AuthenticateError = Object.assign(new Error('not authorized'), { returnCode: NOT_AUTHORIZED });
      done(error, false);
    };
    const { conn } = client;
    if (!isTerminalId(client.id)) return refuse('client-id');
    if (this.#parts.tls === null)
      return username === undefined || username === client.id ? done(null, true) : refuse('client-id');
    if (!(conn instanceof TLSSocket)) return refuse('certificate');
    if (commonName(conn) !== client.id) return refuse('client-id');
    if (username !== undefined && username !== client.id) return refuse('client-id');
    if (this.#parts.isRevoked(conn.getPeerCertificate().serialNumber)) return refuse('revoked');
    done(null, true);
  }

  /** A will is asked about too. Null to allow. */
  #mayPublish(
    client: Client | null,
    { topic, qos, retain }: { topic: string; qos: number; retain: boolean },
  ): Error | null {
    if (client === null) return null;
    const parsed = parseTopic(topic);
    const isOwn = parsed !== null && parsed.tid === client.id && parsed.family.startsWith('up/');
    if (isOwn && qos < 2 && (!retain || parsed.family === 'up/st')) return null;
    this.#turnedAway('topic', client.id, topic);
    return new Error('this topic is not yours');
  }

  /** Held back while the pipeline is full: the terminal's own socket then fills, and nobody else's. */
  #onPublished(packet: { topic: string; payload: Buffer | string }, client: Client | null, done: () => void): void {
    const parsed = parseTopic(packet.topic);
    if (this.#sink === null || parsed === null || !parsed.family.startsWith('up/')) return done();
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    void this.#sink.offer({ tid: parsed.tid, family: parsed.family as UpFamily, packet: payload });
    if (client === null) return done();
    this.#sink.room().then(done, done);
  }

  #turnedAway(why: string, tid: string | null | undefined, detail: string): void {
    this.#parts.metrics.turnedAway.inc({ why });
    this.#parts.log.warn({ why, tid: tid ?? null, detail: detail.slice(0, 100) }, 'turned away');
  }
}

function commonName(socket: TLSSocket): string | null {
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : null;
}
