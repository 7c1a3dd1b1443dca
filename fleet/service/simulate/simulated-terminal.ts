import { MqttClient, type IClientOptions } from 'mqtt';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { Random } from '../../../hal/random/contract.ts';
import { documentHash } from '../../contract/canonical-json.ts';
import { decodeMessage, encodeMessage } from '../../contract/codec.ts';
import { COMMAND_OPERATIONS, type Command, type CommandReport } from '../../contract/commands.ts';
import { MESSAGE_FAMILIES, type MessageOf } from '../../contract/message-families.ts';
import type { TransitionRecord } from '../../contract/snapshot.ts';
import { snapshotParts } from '../../contract/snapshot-parts.ts';
import { parseTopic, terminalSubscription, topicOf, type UpFamily } from '../../contract/topics.ts';
import { SimulatedBox } from './simulated-box.ts';
import { SimulatedOutbox } from './simulated-outbox.ts';
import { SimulatedTrade } from './simulated-trade.ts';
import { SimulatedUpgrade } from './simulated-upgrade.ts';

const KEEPALIVE_S = 240;
const BACK_OFF_MS_MAX = 60_000;
const BACK_OFF_MS_MIN = 500;
/** Without an acknowledgement for this long, what waits goes again. */
const RESEND_MS = 10_000;
const COMMANDS_KEPT = 256;

interface Report {
  readonly id: string;
  readonly n: number;
  readonly st: CommandReport['st'];
  readonly pct?: number;
  readonly res?: Record<string, unknown>;
  readonly why?: string;
}

/** Who a terminal of make-believe is, how it connects, and how busy it is. */
export interface SimulatedTerminalParts {
  readonly tid: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens a connection to the broker, the next one of the list after a failure. */
  readonly dial: () => Duplex;
  readonly epoch: string;
  readonly software: string;
  /** Between two telemetries. */
  readonly telemetryMs: number;
  /** Between two customers, on average; null: nobody ever pays. */
  readonly pauseMs: number | null;
  /** 0 where the broker makes the other expensive (NATS). */
  readonly downlinkQos: 0 | 1;
  /** Called with the sequence up to which its events are committed. */
  readonly onAcknowledged?: (tid: string, s: number) => void;
}

/** A terminal as the service sees it: the real contract, a make-believe trade. */
export class SimulatedTerminal {
  readonly outbox = new SimulatedOutbox();
  readonly #parts: SimulatedTerminalParts;
  readonly #trade: SimulatedTrade;
  readonly #box: SimulatedBox;
  readonly #reports = new Map<string, CommandReport>();
  readonly #timers = new Map<string, unknown>();
  #client: MqttClient | null = null;
  readonly #upgrade: SimulatedUpgrade;
  #software: string;
  #boot = 1;
  #telemetries = 0;
  #attempt = 0;
  #configured = 0;
  #follow: { readonly id: string; readonly untilMs: number } | null = null;
  #stopped = false;
  #startedMs: number;

  constructor(parts: SimulatedTerminalParts) {
    this.#parts = parts;
    const prefix = String(
      80_000_000 + [...parts.tid].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e7, 7),
    );
    this.#trade = new SimulatedTrade(parts.random, prefix, parts.pauseMs ?? 60_000);
    this.#box = new SimulatedBox(parts.random, parts.tid);
    this.#startedMs = parts.clock.monotonicMs();
    this.#software = parts.software;
    this.#upgrade = new SimulatedUpgrade({
      nowMs: () => this.#now(),
      later: (delayMs, task) => this.#later('upgrade', delayMs, task),
      report: (progress) => this.#say('up/jb', progress),
      running: () => this.#software,
      restartAs: (version) => {
        this.#software = version;
        this.#startAgain();
      },
      stepMs: () => 200 + 800 * parts.random.fraction(),
    });
  }

  get connected(): boolean {
    return this.#client?.connected === true;
  }

  start(): void {
    this.outbox.add(this.#now(), 'BOOT', { boot: this.#boot, version: this.#software });
    this.#connect();
    if (this.#parts.pauseMs !== null)
      this.#later('trade', this.#parts.pauseMs * this.#parts.random.fraction(), () => this.#sell());
    this.#later('telemetry', this.#parts.telemetryMs * this.#parts.random.fraction(), () => this.#measure());
    this.#later('resend', RESEND_MS, () => this.#resend());
  }

  /** A fact for the journal; sent at once when there is a connection. */
  note(type: string, d: Record<string, unknown>): void {
    this.outbox.add(this.#now(), type, d);
    this.#flush();
  }

  /** Ends in order, with the farewell that a will is not. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#stopTimers();
    if (client?.connected === true) {
      const goodbye = { on: 0 as const, b: this.#boot, e: this.#parts.epoch, t: this.#now(), why: 'stop' };
      await new Promise<void>((resolve) => {
        const timer = this.#parts.clock.setTimeout(() => resolve(), 1_000);
        client.publish(...this.#packet('up/st', goodbye), () => {
          this.#parts.clock.clearTimeout(timer);
          resolve();
        });
      });
    }
    client?.end(true);
  }

  /** As when the power goes: no farewell. */
  vanish(): void {
    this.#stopTimers();
    this.#client?.stream.destroy();
    this.#client?.end(true);
  }

  #stopTimers(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) this.#parts.clock.clearTimeout(timer);
  }

  #now(): number {
    return this.#parts.clock.wallMs();
  }

  #later(name: string, delayMs: number, task: () => void): void {
    if (this.#stopped) return;
    this.#parts.clock.clearTimeout(this.#timers.get(name));
    this.#timers.set(name, this.#parts.clock.setTimeout(task, delayMs));
  }

  #connect(): void {
    const { tid, dial, downlinkQos, epoch } = this.#parts;
    if (this.#stopped) return;
    const will = encodeMessage('up/st', { on: 0, b: this.#boot, e: epoch });
    const options: IClientOptions = {
      ...{ clientId: tid, username: tid, protocolVersion: 4, clean: true, keepalive: KEEPALIVE_S, reconnectPeriod: 0 },
      ...{ queueQoSZero: false, resubscribe: false, connectTimeout: 20_000 },
      will: { topic: topicOf(tid, 'up/st'), payload: Buffer.from(will), qos: 1, retain: true },
    };
    const client = new MqttClient(() => dial(), options);
    this.#client = client;
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => this.#hear(topic, payload));
    client.on('close', () => this.#lost(client));
    client.on('connect', () => {
      client.subscribe(terminalSubscription(tid), { qos: downlinkQos }, (error) =>
        error == null ? this.#born() : client.end(true),
      );
    });
  }

  /** Full jitter: a fleet that lost its broker must not come back in step. */
  #lost(client: MqttClient): void {
    if (this.#client !== client || this.#stopped) return;
    this.#client = null;
    client.end(true);
    const ceilingMs = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#later('connect', ceilingMs * this.#parts.random.fraction(), () => this.#connect());
  }

  #born(): void {
    const { epoch } = this.#parts;
    const software = this.#software;
    this.#attempt = 0;
    this.#say('up/st', {
      ...{ on: 1, e: epoch, b: this.#boot, t: this.#now(), sw: software, slot: 'a', cfg: this.#configured, job: null },
      ...{ lastAck: this.outbox.acked, sn: `SN-${this.#parts.tid}`, hw: this.#box.model },
    });
    this.#say('up/jg', { e: epoch, b: this.#boot, t: this.#now(), sw: software, slot: 'a' });
    this.outbox.rewind();
    this.#flush();
    this.#measure();
  }

  #resend(): void {
    if (this.outbox.length > 0 && this.connected) {
      this.outbox.rewind();
      this.#flush();
    }
    this.#later('resend', RESEND_MS, () => this.#resend());
  }

  #flush(): void {
    if (!this.connected) return;
    for (const ev of this.outbox.due()) this.#say('up/ev', { e: this.#parts.epoch, ev });
  }

  #packet<Family extends UpFamily>(
    family: Family,
    message: MessageOf[Family],
  ): [string, Buffer, { qos: 0 | 1; retain: boolean }] {
    const { qos, retain } = MESSAGE_FAMILIES[family];
    return [topicOf(this.#parts.tid, family), Buffer.from(encodeMessage(family, message)), { qos, retain }];
  }

  #say<Family extends UpFamily>(family: Family, message: MessageOf[Family]): void {
    if (this.connected) this.#client?.publish(...this.#packet(family, message));
  }

  #sell(): void {
    const { facts, transitions, nextMs } = this.#trade.step(this.#now());
    for (const { type, d } of facts) this.outbox.add(this.#now(), type, d ?? {});
    if (facts.length > 0) this.#flush();
    this.#tellFollower(transitions);
    this.#later('trade', nextMs, () => this.#sell());
  }

  #measure(): void {
    const { epoch, clock, random, telemetryMs } = this.#parts;
    this.#box.pass();
    this.#telemetries += 1;
    this.#say('up/tm', {
      ...{ e: epoch, b: this.#boot, s: this.#telemetries, t: this.#now() },
      up: Math.round(clock.monotonicMs() - this.#startedMs),
      ...this.#box.reading(),
      ...this.#trade.counts(),
      open: { orders: this.#trade.openOrders.length, refunds: 0 },
      box: { events: this.outbox.length, dropped: 0 },
    });
    this.#later('telemetry', telemetryMs * (0.9 + 0.2 * random.fraction()), () => this.#measure());
  }

  #hear(topic: string, payload: Uint8Array): void {
    const family = parseTopic(topic)?.family;
    if (family === 'dn/ack') {
      const ack = decodeMessage('dn/ack', payload);
      if (!ack.ok || ack.message.e !== this.#parts.epoch) return;
      const { message } = ack;
      if (typeof message['s'] === 'number') this.outbox.acknowledge(message['s']);
      else if (typeof message['from'] === 'number') this.outbox.resendFrom(message['from'], this.#now());
      this.#parts.onAcknowledged?.(this.#parts.tid, this.outbox.acked);
      this.#flush();
    } else if (family === 'dn/cm') {
      const command = decodeMessage('dn/cm', payload);
      if (command.ok) this.#obey(command.message);
    } else if (family === 'dn/jb') {
      const job = decodeMessage('dn/jb', payload);
      if (job.ok) this.#upgrade.take(job.message);
    } else if (family === 'dn/cf') {
      const wish = decodeMessage('dn/cf', payload);
      if (!wish.ok || wish.message.ver <= this.#configured) return;
      this.#configured = wish.message.ver;
      this.#say('up/cf', { ver: wish.message.ver, ok: true, hash: documentHash(wish.message.doc), t: this.#now() });
    }
  }

  #report(report: Report): void {
    const whole: CommandReport = { ...report, t: this.#now() };
    this.#reports.delete(report.id);
    this.#reports.set(report.id, whole);
    const oldest = this.#reports.keys().next().value;
    if (this.#reports.size > COMMANDS_KEPT && oldest !== undefined) this.#reports.delete(oldest);
    this.#say('up/cr', whole);
  }

  #obey({ id, op, exp, args }: Command): void {
    const known = this.#reports.get(id);
    if (known !== undefined) return this.#say('up/cr', known);
    if (exp <= this.#now()) return this.#report({ id, n: 1, st: 'expired', why: 'it came too late' });
    if (!COMMAND_OPERATIONS.some((one) => one === op)) {
      return this.#report({ id, n: 1, st: 'rejected', why: `${op} is not known here` });
    }
    this.#report({ id, n: 1, st: 'accepted' });
    if (op === 'snapshot') return this.#lookInside(id, Number(args?.['followMs'] ?? 0));
    if (op === 'journal')
      return this.#report({ id, n: 2, st: 'done', pct: 100, res: { entries: this.outbox.tail(100) } });
    if (op === 'restart' || op === 'reboot') {
      this.#report({ id, n: 2, st: 'done', pct: 100 });
      return this.#startAgain();
    }
    const res = op === 'domain-check' ? { domains: [{ d: 'pay.qcloud.com', up: true, ms: 42 }] } : {};
    this.#report({ id, n: 2, st: 'done', pct: 100, res });
  }

  #lookInside(id: string, followMs: number): void {
    const { epoch: e } = this.#parts;
    const sw = this.#software;
    const journal = this.outbox.tail(200).map(({ s, t, type, d }) => ({ s, t, type, d: d ?? {} }));
    const parts = snapshotParts(id, {
      ...{
        at: this.#now(),
        sw,
        e,
        b: this.#boot,
        actors: this.#trade.actors(),
        transitions: this.#trade.transitions(),
      },
      ...{ journal, openOrders: this.#trade.openOrders, openRefunds: [] },
    });
    for (const part of parts) this.#say('up/sn', part);
    if (followMs <= 0) return this.#report({ id, n: 2, st: 'done', pct: 100 });
    this.#follow = { id, untilMs: this.#now() + followMs };
    this.#report({ id, n: 2, st: 'progress', pct: 50 });
  }

  #tellFollower(transitions: readonly TransitionRecord[]): void {
    const follow = this.#follow;
    if (follow === null) return;
    const n = (this.#reports.get(follow.id)?.n ?? 1) + 1;
    if (this.#now() > follow.untilMs) {
      this.#follow = null;
      this.#report({ id: follow.id, n, st: 'done', pct: 100 });
    } else if (transitions.length > 0) {
      this.#report({ id: follow.id, n, st: 'progress', res: { tr: [...transitions], lost: 0 } });
    }
  }

  #startAgain(): void {
    this.#boot += 1;
    this.#telemetries = 0;
    this.#startedMs = this.#parts.clock.monotonicMs();
    this.outbox.add(this.#now(), 'BOOT', { boot: this.#boot, version: this.#software });
    // The report must get out first.
    this.#later('connect', 500, () => {
      this.#client?.removeAllListeners('close');
      this.#client?.end(true);
      this.#connect();
    });
  }
}
