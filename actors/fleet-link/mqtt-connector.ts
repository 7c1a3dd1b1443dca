import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MqttClient, type IClientOptions } from 'mqtt';
import type { Clock } from '../../hal/clock/contract.ts';
import type {
  BrokerConnection,
  BrokerConnector,
  ConnectionEvents,
  ConnectionRequest,
  OutgoingPacket,
} from './broker-connection.ts';
import { GuardedSocket } from './guarded-socket.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
/** From the first SYN to the CONNACK; the chart's own limit covers the subscription too. */
const CONNECT_LIMIT_MS = 20_000;
/** Each of the two steps of an orderly end. */
const GOODBYE_LIMIT_MS = 500;
const DISCONNECT = Buffer.from([0xe0, 0]);
const REASON_CHARACTERS_MAX = 200;

/** How a connection is kept up and whom it trusts. */
export interface MqttOptions {
  readonly clock: Clock;
  readonly keepaliveMs: number;
  readonly downlinkQos: 0 | 1;
  /** PEM texts; null: the system's authorities, no certificate of our own. */
  readonly caPem: string | null;
  readonly certificate: { readonly certPem: string; readonly keyPem: string } | null;
}

/**
 * Connections through mqtt.js, as far as it is trusted: its reconnecting is off (no jitter, and it stops after a refusal), nothing is
 * queued in it while there is no connection, and what it reads has passed the frame guard.
 */
export function createMqttConnector(options: MqttOptions): BrokerConnector {
  const sessions = new Map<string, Buffer>();
  return { connect: (request, events) => new MqttConnection(options, sessions, request, events) };
}

class MqttConnection implements BrokerConnection {
  readonly #clock: Clock;
  readonly #events: ConnectionEvents;
  readonly #client: MqttClient;
  #socket: GuardedSocket | null = null;
  #isDown = false;
  /** We end it ourselves: whatever ends it now is no news. */
  #isLeaving = false;
  /** Whoever still waits to hear what became of a packet. */
  readonly #waiting = new Set<(taken: boolean) => void>();
  /** TLS sessions by server: a resumed handshake takes half the bytes. */
  readonly #sessions: Map<string, Buffer>;

  constructor(
    options: MqttOptions,
    sessions: Map<string, Buffer>,
    request: ConnectionRequest,
    events: ConnectionEvents,
  ) {
    this.#clock = options.clock;
    this.#sessions = sessions;
    this.#events = events;
    this.#client = new MqttClient(() => this.#openSocket(options, request), clientOptions(options, request));
    const client = this.#client;
    client.on('error', (error) => this.#end(wordsOf(error)));
    client.on('close', () => this.#end('the connection was closed'));
    client.on('message', (topic, payload) => {
      if (!this.#isDown) this.#events.message(topic, payload);
    });
    client.on('connect', () => {
      client.subscribe(request.subscription, { qos: options.downlinkQos }, (error, granted) => {
        if (this.#isDown) return;
        // 3.1.1 answers a refused subscription with 128; mqtt.js may hand it over without an error.
        const refused = error != null || (granted ?? []).some(({ qos }) => qos === 128);
        if (refused) this.#end('the broker refused the subscription');
        else this.#events.up();
      });
    });
    try {
      client.connect();
    } catch (error) {
      // A certificate or key that TLS cannot use throws at once.
      queueMicrotask(() => this.#end(wordsOf(error)));
    }
  }

  publish(packet: OutgoingPacket, settled: (taken: boolean) => void): void {
    if (this.#isDown) return settled(false);
    const { topic, payload, qos, retain } = packet;
    const once = (taken: boolean): void => {
      if (this.#waiting.delete(once)) settled(taken);
    };
    this.#waiting.add(once);
    this.#client.publish(topic, Buffer.from(payload), { qos, retain }, (error) => once(error == null));
  }

  async close(goodbye: OutgoingPacket | null): Promise<void> {
    this.#isLeaving = true;
    if (!this.#isDown && goodbye !== null && this.#client.connected) {
      await this.#within(GOODBYE_LIMIT_MS, (said) => this.publish(goodbye, said));
      // With a DISCONNECT the broker keeps the will to itself. mqtt.js would first wait for everything that is still unacknowledged.
      await this.#within(GOODBYE_LIMIT_MS, (left) => void this.#socket?.end(DISCONNECT, left));
    }
    this.#end(null);
  }

  /** Resolves when the work says that it is done, or is over time. */
  async #within(limitMs: number, work: (done: () => void) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = this.#clock.setTimeout(() => resolve(), limitMs);
    work(resolve);
    await promise;
    this.#clock.clearTimeout(limit);
  }

  #openSocket(options: MqttOptions, { server }: ConnectionRequest): GuardedSocket {
    const url = new URL(server);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 1883) : Number(url.port);
    const socket = url.protocol === 'mqtts:' ? this.#openTls(options, server, host, port) : connectTcp({ host, port });
    socket.setNoDelay(true);
    this.#socket = new GuardedSocket(socket, () => this.#clock.monotonicMs());
    // A destroyed stream may still report; nobody has to hear it twice.
    this.#socket.on('error', (error) => this.#end(wordsOf(error)));
    return this.#socket;
  }

  #openTls({ caPem, certificate }: MqttOptions, server: string, host: string, port: number): Socket {
    const session = this.#sessions.get(server);
    const socket = connectTls({
      host,
      port,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(isIP(host) === 0 && { servername: host }),
      ...(caPem !== null && { ca: caPem }),
      ...(certificate !== null && { cert: certificate.certPem, key: certificate.keyPem }),
      ...(session !== undefined && { session }),
    });
    socket.on('session', (fresh) => this.#sessions.set(server, fresh));
    return socket;
  }

  /** Ends by force; `reason` null: we wanted it. */
  #end(reason: string | null): void {
    if (this.#isDown) return;
    this.#isDown = true;
    const breach = this.#socket?.breach ?? null;
    // Without a stream (TLS threw at the certificate) mqtt.js cannot end, and has nothing to end.
    if (this.#socket !== null) this.#client.end(true);
    this.#socket?.destroy();
    for (const settle of [...this.#waiting]) settle(false);
    if (reason !== null && !this.#isLeaving)
      this.#events.down((breach ?? reason).slice(0, REASON_CHARACTERS_MAX), breach !== null);
  }
}

function clientOptions({ keepaliveMs }: MqttOptions, { tid, will }: ConnectionRequest): IClientOptions {
  return {
    manualConnect: true,
    protocolVersion: 4,
    clientId: tid,
    username: tid,
    // What matters is pulled with the birth; a queue at the broker would only bring it late.
    clean: true,
    resubscribe: false,
    keepalive: Math.max(1, Math.round(keepaliveMs / 1000)),
    connectTimeout: CONNECT_LIMIT_MS,
    reconnectPeriod: 0,
    queueQoSZero: false,
    timerVariant: 'native',
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
  };
}

/** Names what failed; an address and a port are no secret, a payload never stands here. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === null || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
