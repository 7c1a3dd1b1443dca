import { createServer, type AddressInfo, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMessage, encodeMessage } from '../../../fleet/contract/codec.ts';
import type { Birth } from '../../../fleet/contract/presence.ts';
import { parseTopic, topicOf, type DownFamily } from '../../../fleet/contract/topics.ts';
import type { MessageOf } from '../../../fleet/contract/message-families.ts';
import { Bench, SN } from '../../support/bench.ts';

// The real terminal process and a real broker, with a service of a few lines behind it that stores by (epoch, sequence).

const test = suite('actors/fleet-link/real-broker');

/** A broker and what a fleet service must do at least. */
class SmallService {
  readonly births: Birth[] = [];
  readonly deaths: string[] = [];
  readonly stored = new Map<number, string>();
  /** Events that came a second time. */
  repeated = 0;
  readonly #broker: Aedes;
  readonly #server: Server;
  #waiting: { readonly fits: () => boolean; readonly resolve: () => void }[] = [];

  private constructor(broker: Aedes) {
    this.#broker = broker;
    this.#server = createServer(broker.handle);
    broker.on('publish', ({ topic, payload }) => this.#take(topic, Buffer.from(payload)));
  }

  static async open(): Promise<SmallService> {
    const service = new SmallService(await Aedes.createBroker());
    await new Promise<void>((resolve) => void service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  until(fits: () => boolean): Promise<void> {
    if (fits()) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ fits, resolve }));
  }

  say<Family extends DownFamily>(family: Family, message: MessageOf[Family]): void {
    const payload = Buffer.from(encodeMessage(family, message));
    const packet = { topic: topicOf(SN, family), payload, qos: 1 as const, retain: false, dup: false };
    this.#broker.publish({ cmd: 'publish', ...packet }, () => undefined);
  }

  /** Committed without a gap up to here. */
  get committed(): number {
    let s = 0;
    while (this.stored.has(s + 1)) s += 1;
    return s;
  }

  count(type: string): number {
    return [...this.stored.values()].filter((stored) => stored === type).length;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#broker.close(() => resolve()));
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #take(topic: string, payload: Buffer): void {
    const family = parseTopic(topic)?.family;
    if (family === 'up/st') this.#presence(payload);
    if (family === 'up/ev') this.#events(payload);
    for (const wait of this.#waiting.filter(({ fits }) => fits())) wait.resolve();
    this.#waiting = this.#waiting.filter(({ fits }) => !fits());
  }

  #presence(payload: Buffer): void {
    const read = decodeMessage('up/st', payload);
    assert.ok(read.ok);
    if (read.message.on === 0) this.deaths.push(read.message.why ?? 'will');
    else {
      this.births.push(read.message);
      this.say('dn/ack', { e: read.message.e, s: this.committed });
    }
  }

  #events(payload: Buffer): void {
    const read = decodeMessage('up/ev', payload);
    assert.ok(read.ok);
    for (const { s, type } of read.message.ev) {
      if (this.stored.has(s)) this.repeated += 1;
      assert.is(this.stored.get(s) ?? type, type, `sequence ${s} never changes its meaning`);
      this.stored.set(s, type);
    }
    this.say('dn/ack', { e: read.message.e, s: this.committed });
  }
}

test('a terminal that is killed between its payments loses no event and changes none', async () => {
  const service = await SmallService.open();
  const bench = await Bench.start({ config: { 'fleet.url': service.url } });
  try {
    for (let life = 1; life <= 3; life += 1) {
      await service.until(() => service.births.length === life);
      const { order } = await bench.sell(`${life}.00`, bench.code('wechat'));
      await bench.terminal.ever('paid', (line) => line['name'] === 'paid' && line['order'] === order);
      await bench.terminal.kill();
      await bench.powerUp();
    }
    await service.until(() => service.count('ORDER_RESULT') === 3 && service.count('BOOT') === 4);
    assert.equal(
      service.births.slice(0, 4).map(({ b }) => b),
      [1, 2, 3, 4],
    );
    assert.is(new Set(service.births.map(({ e }) => e)).size, 1);
    assert.is(service.count('ORDER_INTENT'), 3);
    assert.is(service.committed, service.stored.size, 'no gap');
    assert.is(await bench.terminal.stop(), 0);
    await service.until(() => service.deaths.includes('stop'));
  } finally {
    await bench.close();
    await service.close();
  }
});

test('a restart from afar ends the process in order with its own exit code', async () => {
  const service = await SmallService.open();
  const bench = await Bench.start({ config: { 'fleet.url': service.url } });
  try {
    await service.until(() => service.births.length === 1);
    service.say('dn/cm', { id: 'r1', op: 'restart', args: {}, exp: Date.now() + 60_000, by: 'ops' });
    assert.is(await bench.terminal.exited(), 75);
    assert.equal(service.deaths, ['stop']);
  } finally {
    await bench.close();
    await service.close();
  }
});

test.run();
