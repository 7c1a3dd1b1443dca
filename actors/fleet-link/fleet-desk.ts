import type { Log } from '../log.ts';
import { decodeMessage, type PacketProblem } from '../../fleet/contract/codec.ts';
import type { Job, JobProgress } from '../../fleet/contract/jobs.ts';
import type { MessageOf } from '../../fleet/contract/message-families.ts';
import { CONTRACT_MINOR } from '../../fleet/contract/presence.ts';
import type { Telemetry } from '../../fleet/contract/telemetry.ts';
import { parseTopic, type DownFamily } from '../../fleet/contract/topics.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { BrokerConnection, OutgoingPacket } from './broker-connection.ts';
import type { CommandDesk } from './command-desk.ts';
import type { ConfigurationDesk } from './configuration-desk.ts';
import { packetOf, type Courier } from './courier.ts';
import type { JobDesk } from './fleet-part.ts';
import type { Outbox } from './outbox.ts';
import type { ServiceTime } from './service-time.ts';

/** After a fact: several belong together. */
const WAKE_MS = 100;
/** Facts that were not flushed at once are durable by now. */
const WAKE_LAZY_MS = 2500;
/** Between two batches of a long replay, so that a payment never waits behind it. */
const REPLAY_PAUSE_MS = 40;
/** The service tells how far it is when it has seen the birth; without a word we go on from what we know. */
const FIRST_ACK_MS = 3000;

/** A telemetry without its place. */
export type TelemetryReading = Pick<
  Telemetry,
  'up' | 'mem' | 'lag' | 'temp' | 'sig' | 'cfgd' | 'prn' | 'sto' | 'dom' | 'ph' | 'cnt' | 'open'
>;

/** Who the terminal is to the fleet, and who does what the fleet asks. */
export interface FleetDeskOptions {
  readonly tid: string;
  readonly sn: string;
  readonly version: string;
  readonly boot: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly courier: Courier;
  readonly commands: CommandDesk;
  readonly configuration: ConfigurationDesk;
  /** Null: this terminal takes no upgrade jobs. */
  readonly jobs: JobDesk | null;
  readonly time: ServiceTime;
  /** Everything of a telemetry but its place and what the desk knows itself. */
  readonly reading: () => TelemetryReading;
  /** The acknowledged sequence, to be remembered some time. */
  readonly rememberAcknowledged: (epoch: string, sequence: number) => void;
}

/**
 * The session with the fleet service: birth, events, telemetry, and what comes down. It is told of a connection and of bytes, and
 * never lets an error of its own out: whatever a broker sends, the callers are timers and sockets of the payment process.
 */
export class FleetDesk {
  readonly #options: FleetDeskOptions;
  readonly #refused = new Map<PacketProblem | 'foreign', number>();
  #isLive = false;
  #awaitsFirstAck = false;
  #telemetries = 0;
  #timers = new Map<string, unknown>();
  /** The acknowledged sequence at the last check, and how many checks it has not moved since. */
  #stall = { acknowledged: -1, checks: 0 };

  constructor(options: FleetDeskOptions) {
    this.#options = options;
  }

  /** Packets from the broker that were refused, by what was wrong. */
  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  /** A connection is up: the birth goes first. */
  attach(connection: BrokerConnection): void {
    this.#safely('birth', () => {
      const { courier, outbox, commands } = this.#options;
      this.#isLive = true;
      this.#awaitsFirstAck = true;
      courier.open(connection);
      outbox.rewind();
      courier.send('up/st', this.#birth());
      void commands.closeUnfinished();
      this.#later('first-ack', FIRST_ACK_MS, () => {
        this.#awaitsFirstAck = false;
        this.#pump();
      });
    });
  }

  /** The connection is gone. */
  detach(): void {
    this.#isLive = false;
    this.#options.courier.close();
    this.#options.jobs?.lost();
    this.#options.outbox.rewind();
    for (const timer of this.#timers.values()) this.#options.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  /** Facts were recorded. */
  wake(): void {
    if (!this.#isLive) return;
    this.#later('wake', WAKE_MS, () => this.#pump());
    this.#later('wake-lazy', WAKE_LAZY_MS, () => this.#pump());
  }

  /** There is room for another packet. */
  roomier(): void {
    if (this.#isLive && !this.#awaitsFirstAck) this.#later('replay', REPLAY_PAUSE_MS, () => this.#pump());
  }

  /** Bytes from the broker. */
  receive(topic: string, payload: Uint8Array): void {
    this.#safely('message', () => {
      const parsed = parseTopic(topic);
      if (parsed === null || parsed.tid !== this.#options.tid || !parsed.family.startsWith('dn/')) {
        return this.#refuse('foreign', 'it is not addressed to this terminal');
      }
      this.#take(parsed.family as DownFamily, payload);
    });
  }

  sendTelemetry(): void {
    this.#safely('telemetry', () => {
      const { courier, outbox } = this.#options;
      const box = { events: outbox.waiting, dropped: courier.dropped, refused: this.refused };
      this.#telemetries += 1;
      courier.sendTelemetry({ ...this.#place(), s: this.#telemetries, ...this.#options.reading(), box });
    });
  }

  askForJob(): void {
    this.#safely('job request', () => {
      const { courier, version } = this.#options;
      courier.send('up/jg', { ...this.#place(), sw: version, slot: null });
    });
  }

  /** Sends again what was not acknowledged for a while, less and less often. */
  checkAnswers(): void {
    this.#safely('check of the answers', () => {
      const { outbox, rememberAcknowledged } = this.#options;
      const { acknowledged } = outbox;
      const moved = acknowledged !== this.#stall.acknowledged;
      const checks = moved || outbox.inFlight === 0 ? 0 : this.#stall.checks + 1;
      this.#stall = { acknowledged, checks };
      if (moved) rememberAcknowledged(outbox.epoch, acknowledged);
      // 1, 2, 4, 8, … checks: a service that is down for hours is not asked 120 times an hour.
      if (checks > 0 && Number.isInteger(Math.log2(checks))) outbox.rewind();
      this.#pump();
    });
  }

  /** The broker publishes it when the connection breaks. */
  will(): OutgoingPacket {
    const { outbox, boot, tid } = this.#options;
    return packetOf(tid, 'up/st', { on: 0, e: outbox.epoch, b: boot });
  }

  /** We say it ourselves at an orderly stop; null when nobody has heard of us. */
  goodbye(): OutgoingPacket | null {
    if (!this.#isLive) return null;
    return packetOf(this.#options.tid, 'up/st', { on: 0, ...this.#place(), why: 'stop' });
  }

  #take(family: DownFamily, payload: Uint8Array): void {
    const { commands, configuration, time } = this.#options;
    switch (family) {
      case 'dn/ack':
        return this.#read('dn/ack', payload, (acknowledgement) => {
          time.see(acknowledgement.t);
          this.#awaitsFirstAck = false;
          if (this.#options.outbox.take(acknowledgement)) this.#later('replay', REPLAY_PAUSE_MS, () => this.#pump());
        });
      case 'dn/cm':
        return this.#read('dn/cm', payload, (command) => {
          time.see(command.t);
          commands.take(command);
        });
      case 'dn/cf':
        return this.#read('dn/cf', payload, (desired) => configuration.take(desired));
      case 'dn/jb':
        return this.#read('dn/jb', payload, (job) => this.#offer(job));
    }
  }

  #read<Family extends DownFamily>(
    family: Family,
    payload: Uint8Array,
    take: (message: MessageOf[Family]) => void,
  ): void {
    const decoded = decodeMessage(family, payload);
    if (decoded.ok) take(decoded.message);
    else this.#refuse(decoded.code, decoded.why);
  }

  #offer(job: Job): void {
    const { jobs, courier, clock } = this.#options;
    const report = (progress: JobProgress): void => this.#safely('job report', () => courier.send('up/jb', progress));
    if (jobs !== null) return jobs.take(job, report);
    if (job.job === null) return;
    const why = 'this installation cannot be upgraded from afar';
    report({ job: job.job, ver: job.ver, n: 1, st: 'rejected', t: Math.max(0, clock.wallMs()), why });
  }

  #pump(): void {
    this.#safely('events', () => {
      const { outbox, courier } = this.#options;
      if (!this.#isLive || this.#awaitsFirstAck || !courier.hasRoom) return;
      const batch = outbox.next();
      if (batch === null) return;
      courier.sendEvents(batch);
      this.#later('replay', REPLAY_PAUSE_MS, () => this.#pump());
    });
  }

  #birth(): MessageOf['up/st'] {
    const { outbox, configuration, jobs, version, sn } = this.#options;
    return {
      on: 1,
      ...this.#place(),
      c: CONTRACT_MINOR,
      sw: version.slice(0, 64),
      slot: null,
      cfg: configuration.version,
      job: jobs?.current ?? null,
      lastAck: outbox.acknowledged,
      sn: sn.slice(0, 64),
    };
  }

  #place(): { e: string; b: number; t: number } {
    const { outbox, boot, clock } = this.#options;
    return { e: outbox.epoch, b: boot, t: Math.max(0, Math.floor(clock.wallMs())) };
  }

  #refuse(code: PacketProblem | 'foreign', why: string): void {
    const count = (this.#refused.get(code) ?? 0) + 1;
    this.#refused.set(code, count);
    // The first tells, the thousandth would only fill the log.
    if (count === 1) this.#options.log.warn({ code, why }, 'a packet of the fleet broker was refused');
  }

  /** One timer a name; a running one is not moved. */
  #later(name: string, delayMs: number, run: () => void): void {
    if (this.#timers.has(name)) return;
    const timer = this.#options.clock.setTimeout(() => {
      this.#timers.delete(name);
      run();
    }, delayMs);
    this.#timers.set(name, timer);
  }

  #safely(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.error({ what, reason }, 'the fleet link could not do its part');
    }
  }
}
