import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** CONNACK: accepted. */
export const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const SUBSCRIBE = 8;

/** What a broker does with a connection. `said` is called for every packet of the terminal, by its MQTT type. */
export type Behaviour = (socket: Socket) => void;

/** Bytes of a QoS 0 message. */
export function message(topic: string, payload: Buffer): Buffer {
  const name = Buffer.from(topic, 'utf8');
  const body = Buffer.concat([Buffer.from([name.length >> 8, name.length & 0xff]), name, payload]);
  return Buffer.concat([Buffer.from([0x30]), remainingLength(body.length), body]);
}

export function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  for (let rest = length; ;) {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
    if (rest === 0) return Buffer.from(bytes);
  }
}

/** Lets the terminal in, grants its subscription, then goes on as told. Never acknowledges a publish. */
export function admitting(then: Behaviour): Behaviour {
  return (socket) => {
    let isIn = false;
    socket.on('data', (chunk) => {
      // Good enough for a double: a CONNECT comes alone, and the SUBSCRIBE is the first packet after it.
      if (!isIn) {
        isIn = true;
        socket.write(CONNACK);
      } else if ((chunk[0] ?? 0) >> 4 === SUBSCRIBE) {
        const id = chunk.subarray(2, 4);
        socket.write(Buffer.concat([Buffer.from([0x90, 3]), id, Buffer.from([1])]));
        then(socket);
      }
    });
  };
}

/** A TCP or TLS server that behaves badly on purpose, on a loopback port of its own. */
export class HostileBroker {
  connections = 0;
  /** Connections that the terminal has ended. */
  ended = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #waiting: { readonly count: number; readonly of: 'connections' | 'ended'; readonly resolve: () => void }[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(
    behaviour: Behaviour,
    tls?: { readonly cert: string; readonly key: string },
  ): Promise<HostileBroker> {
    const take = (socket: Socket): void => broker.#take(socket, behaviour);
    const server = tls === undefined ? createTcpServer(take) : createTlsServer(tls, take);
    const broker: HostileBroker = new HostileBroker(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when so many connections have come (or ended). */
  reaches(of: 'connections' | 'ended', count: number): Promise<void> {
    if (this[of] >= count) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ of, count, resolve }));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #take(socket: Socket, behaviour: Behaviour): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.ended += 1;
      this.#tell();
    });
    behaviour(socket);
    // Without a reader the end of a connection is never seen.
    socket.resume();
    this.#tell();
  }

  #tell(): void {
    for (const wait of this.#waiting.filter(({ of, count }) => this[of] >= count)) wait.resolve();
    this.#waiting = this.#waiting.filter(({ of, count }) => this[of] < count);
  }
}

/** Writes as fast as the terminal reads, until its connection ends. */
export function pouring(chunk: () => Buffer): Behaviour {
  return (socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk()));
    };
    socket.on('drain', pour);
    pour();
  };
}
