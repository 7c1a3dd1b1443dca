import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type {
  BrokerConnection,
  ConnectionEvents,
  OutgoingPacket,
} from '../../../actors/fleet-link/broker-connection.ts';
import { createMqttConnector, type MqttOptions } from '../../../actors/fleet-link/mqtt-connector.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { createAuthority, createIdentity, type TestAuthority } from '../../cloudpay/tls-certificates.ts';
import { admitting, CONNACK, HostileBroker, message, pouring, type Behaviour } from '../../support/hostile-broker.ts';

const test = suite('actors/fleet-link/mqtt-connector');

const TID = 't-0001';
const packet = (text: string, retain = false): OutgoingPacket => ({
  topic: `f/v1/${TID}/up/st`,
  payload: Buffer.from(text),
  qos: 1,
  retain,
});

/** What a connection told, in order, and a way to wait for the next of it. */
class Listener implements ConnectionEvents {
  readonly told: string[] = [];
  readonly messages: string[] = [];
  #waiting: { readonly fits: () => boolean; readonly resolve: () => void }[] = [];

  up(): void {
    this.#tell('up');
  }

  down(reason: string, hostile: boolean): void {
    this.#tell(`${hostile ? 'hostile' : 'down'}: ${reason}`);
  }

  message(topic: string, payload: Uint8Array): void {
    this.messages.push(Buffer.from(payload).toString());
    this.#tell(`message on ${topic}`);
  }

  until(fits: () => boolean): Promise<void> {
    if (fits()) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ fits, resolve }));
  }

  get ended(): Promise<void> {
    return this.until(() => this.told.some((line) => line.startsWith('down') || line.startsWith('hostile')));
  }

  #tell(line: string): void {
    this.told.push(line);
    for (const wait of this.#waiting.filter(({ fits }) => fits())) wait.resolve();
    this.#waiting = this.#waiting.filter(({ fits }) => !fits());
  }
}

const NO_TLS: MqttOptions = {
  clock: new SystemClock(),
  keepaliveMs: 60_000,
  downlinkQos: 1,
  caPem: null,
  certificate: null,
};

function connect(
  server: string,
  options: Partial<MqttOptions> = {},
): { listener: Listener; connection: BrokerConnection } {
  const listener = new Listener();
  const request = { server, tid: TID, will: packet('will', true), subscription: `f/v1/${TID}/dn/#` };
  return { listener, connection: createMqttConnector({ ...NO_TLS, ...options }).connect(request, listener) };
}

const taken = (connection: BrokerConnection, outgoing: OutgoingPacket): Promise<boolean> =>
  new Promise((resolve) => connection.publish(outgoing, resolve));

/** A real broker that lets in only whom its authority has signed, under the name in the certificate. */
async function openBroker(authority: TestAuthority): Promise<{ broker: Aedes; server: Server; url: string }> {
  const identity = await createIdentity(authority);
  const broker = await Aedes.createBroker();
  broker.authenticate = (client: Client, _name, _password, done) => {
    const { subject } = (client.conn as TLSSocket).getPeerCertificate();
    done(null, subject.CN === 'gateway' && client.id === TID);
  };
  const server = createServer({ ...identity, ca: authority.pem, requestCert: true }, broker.handle);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { broker, server, url: `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function closeBroker({ broker, server }: { broker: Aedes; server: Server }): Promise<void> {
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise<void>((resolve) => void server.close(() => resolve()));
}

test('over mutual TLS it is up when it is subscribed, takes messages both ways, and says goodbye', async () => {
  const authority = await createAuthority('fleet');
  const { cert, key } = await createIdentity(authority, { clientOnly: true });
  const opened = await openBroker(authority);
  const published: string[] = [];
  opened.broker.on('publish', ({ topic, payload }, client) => {
    if (client !== null) published.push(`${topic} ${payload.toString()}`);
  });
  const tls = { caPem: authority.pem, certificate: { certPem: cert, keyPem: key } };
  const { listener, connection } = connect(opened.url, tls);
  await listener.until(() => listener.told.includes('up'));
  assert.is(await taken(connection, packet('birth')), true);
  opened.broker.publish(
    { cmd: 'publish', topic: `f/v1/${TID}/dn/cm`, payload: Buffer.from('hello'), qos: 1, retain: false, dup: false },
    () => undefined,
  );
  await listener.until(() => listener.messages.length > 0);
  assert.equal(listener.messages, ['hello']);
  await connection.close(packet('goodbye'));
  assert.equal(published, [`f/v1/${TID}/up/st birth`, `f/v1/${TID}/up/st goodbye`]);
  assert.is(await taken(connection, packet('too late')), false);
  assert.equal(listener.told, ['up', `message on f/v1/${TID}/dn/cm`], 'an end of our own is not told');
  await closeBroker(opened);
});

test('when the connection breaks the broker publishes the will, and what was not acknowledged is told', async () => {
  const authority = await createAuthority('fleet');
  const { cert, key } = await createIdentity(authority, { clientOnly: true });
  const opened = await openBroker(authority);
  const will = Promise.withResolvers<string>();
  opened.broker.on('publish', ({ topic, payload }) => {
    if (topic.endsWith('/up/st')) will.resolve(payload.toString());
  });
  const sockets: TLSSocket[] = [];
  opened.server.on('secureConnection', (socket) => sockets.push(socket));
  const { listener } = connect(opened.url, {
    caPem: authority.pem,
    certificate: { certPem: cert, keyPem: key },
  });
  await listener.until(() => listener.told.includes('up'));
  for (const socket of sockets) socket.destroy();
  assert.is(await will.promise, 'will');
  await listener.ended;
  assert.is(listener.told.length, 2);
  await closeBroker(opened);
});

test('a broker of another authority, and one that refuses our certificate, are told once and never up', async () => {
  const [authority, stranger] = [await createAuthority('fleet'), await createAuthority('stranger')];
  const opened = await openBroker(authority);
  const ours = await createIdentity(authority, { clientOnly: true });
  const foreign = await createIdentity(stranger, { clientOnly: true });
  const tries: Partial<MqttOptions>[] = [
    { caPem: stranger.pem, certificate: { certPem: ours.cert, keyPem: ours.key } },
    { caPem: authority.pem, certificate: { certPem: foreign.cert, keyPem: foreign.key } },
    { caPem: authority.pem, certificate: null },
    { caPem: authority.pem, certificate: { certPem: 'no certificate', keyPem: 'no key' } },
  ];
  for (const options of tries) {
    const { listener } = connect(opened.url, options);
    await listener.ended;
    assert.is(listener.told.length, 1);
    assert.match(listener.told[0] ?? '', /^down: /);
    assert.not.match(listener.told[0] ?? '', /PRIVATE KEY/);
  }
  await closeBroker(opened);
});

/** What a broker can do to a connection, and what is told of it. */
const HOSTILE: readonly (readonly [name: string, behaviour: Behaviour, told: RegExp])[] = [
  ['closes at once', (socket) => void socket.destroy(), /^down: /],
  [
    'answers with garbage',
    (socket) => void socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    /^(down|hostile): /,
  ],
  ['answers with a packet length without end', (socket) => void socket.write(Buffer.alloc(64, 0xff)), /^hostile: /],
  ['refuses the terminal', (socket) => void socket.write(Buffer.from([0x20, 2, 0, 5])), /^down: /],
  ['lets it in and hangs up', admitting((socket) => void socket.end()), /^down: /],
  [
    'sends one megabyte in a packet',
    admitting((socket) => void socket.write(message(`f/v1/${TID}/dn/cm`, Buffer.alloc(1_000_000)))),
    /^hostile: a packet of/,
  ],
  [
    'announces 256 megabytes and pours',
    admitting((socket) => {
      socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
      pouring(() => Buffer.alloc(65_536))(socket);
    }),
    /^hostile: a packet of/,
  ],
  [
    'floods with small messages',
    admitting(
      pouring(() => Buffer.concat(Array.from({ length: 500 }, () => message(`f/v1/${TID}/dn/ack`, Buffer.from('{}'))))),
    ),
    /^hostile: the broker floods/,
  ],
  [
    'floods with acknowledgements',
    admitting(pouring(() => Buffer.concat(Array.from({ length: 500 }, () => CONNACK)))),
    /^(down|hostile): /,
  ],
  ['sends with QoS 2', admitting((socket) => void socket.write(Buffer.from([0x34, 4, 0, 0, 0, 1]))), /^hostile: .*QoS/],
];

for (const [name, behaviour, told] of HOSTILE) {
  test(`a broker that ${name} loses its connection, once`, async () => {
    const broker = await HostileBroker.open(behaviour);
    const { listener, connection } = connect(`mqtt://127.0.0.1:${broker.port}`);
    await listener.ended;
    await broker.reaches('ended', 1);
    const ends = listener.told.filter((line) => !line.startsWith('up') && !line.startsWith('message'));
    assert.is(ends.length, 1);
    assert.match(ends[0] ?? '', told);
    assert.ok(listener.messages.length <= 128, `${listener.messages.length} messages were read`);
    assert.is(await taken(connection, packet('late')), false);
    await connection.close(packet('late'));
    await broker.close();
  });
}

test('a broker that says nothing is left at once when we want to, at any stage', async () => {
  const stages: readonly Behaviour[] = [
    () => undefined,
    (socket) => void socket.write(CONNACK.subarray(0, 2)),
    (socket) => void socket.write(CONNACK),
  ];
  for (const behaviour of stages) {
    const broker = await HostileBroker.open(behaviour);
    const { listener, connection } = connect(`mqtt://127.0.0.1:${broker.port}`);
    await broker.reaches('connections', 1);
    await connection.close(packet('goodbye'));
    await broker.reaches('ended', 1);
    assert.equal(listener.told, []);
    await broker.close();
  }
});

test('a broker that never acknowledges holds what we publish only until the connection ends', async () => {
  const broker = await HostileBroker.open(admitting(() => undefined));
  const { listener, connection } = connect(`mqtt://127.0.0.1:${broker.port}`);
  await listener.until(() => listener.told.includes('up'));
  const open = Array.from({ length: 20 }, (_, n) => taken(connection, packet(`${n}`)));
  await connection.close(null);
  assert.equal(new Set(await Promise.all(open)), new Set([false]));
  await broker.close();
});

test('where nobody listens it is down, once', async () => {
  const broker = await HostileBroker.open(() => undefined);
  const { port } = broker;
  await broker.close();
  const { listener } = connect(`mqtt://127.0.0.1:${port}`);
  await listener.ended;
  assert.equal(listener.told.length, 1);
  assert.match(listener.told[0] ?? '', /ECONNREFUSED/);
});

test.run();
