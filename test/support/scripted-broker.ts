import type {
  BrokerConnection,
  BrokerConnector,
  ConnectionEvents,
  ConnectionRequest,
  OutgoingPacket,
} from '../../actors/fleet-link/broker-connection.ts';
import type { FleetPart } from '../../actors/fleet-link/fleet-part.ts';
import { openFleetMemory } from '../../config/fleet-memory.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { decodeMessage, encodeMessage } from '../../fleet/contract/codec.ts';
import type { FleetEvent } from '../../fleet/contract/events.ts';
import type { MessageOf } from '../../fleet/contract/message-families.ts';
import { parseTopic, topicOf, type DownFamily, type UpFamily } from '../../fleet/contract/topics.ts';
import type { Disk } from '../../hal/disk/contract.ts';

export const TID = 't-0001';

/** A message of the terminal, checked and decoded as the service would. */
export interface Heard<Family extends UpFamily = UpFamily> {
  readonly family: Family;
  readonly message: MessageOf[Family];
  readonly packet: OutgoingPacket;
}

/**
 * A broker with the fleet service behind it, in memory: hears what the terminal says, and says what the test wants. By itself it lets
 * everybody in, takes every packet and acknowledges every event.
 */
export class ScriptedBroker implements BrokerConnector {
  readonly heard: Heard[] = [];
  readonly requests: ConnectionRequest[] = [];
  /** What the service has committed, by epoch and sequence. */
  readonly committed = new Map<string, Map<number, FleetEvent>>();
  /** Whether connections come up at all. */
  isUp = true;
  /** Whether the broker takes packets (PUBACK). */
  takesPackets = true;
  /** Whether the service behind it commits and acknowledges events. */
  acknowledges = true;
  readonly stopped: string[] = [];
  rebooted = 0;
  restarted = 0;
  logLevels: string[] = [];
  #events: ConnectionEvents | null = null;
  #untaken: ((taken: boolean) => void)[] = [];

  connect(request: ConnectionRequest, events: ConnectionEvents): BrokerConnection {
    this.requests.push(request);
    this.#events = events;
    queueMicrotask(() => {
      if (this.isUp) events.up();
      else events.down('the broker is down', false);
    });
    return {
      publish: (packet, settled) => this.#take(packet, settled),
      close: (goodbye) => {
        if (goodbye !== null) this.#take(goodbye, () => undefined);
        this.#events = null;
        return Promise.resolve();
      },
    };
  }

  /** The connection breaks. */
  cut(reason = 'cut', hostile = false): void {
    const events = this.#events;
    this.#events = null;
    for (const settle of this.#untaken.splice(0)) settle(false);
    events?.down(reason, hostile);
  }

  get isConnected(): boolean {
    return this.#events !== null;
  }

  say<Family extends DownFamily>(family: Family, message: MessageOf[Family]): void {
    this.sayBytes(topicOf(TID, family), encodeMessage(family, message));
  }

  sayBytes(topic: string, bytes: Uint8Array): void {
    this.#events?.message(topic, bytes);
  }

  /** Messages of one family, in their order. */
  of<Family extends UpFamily>(family: Family): MessageOf[Family][] {
    return this.heard.filter((heard) => heard.family === family).map(({ message }) => message as MessageOf[Family]);
  }

  /** Sequences that the service has committed of the newest epoch. */
  sequences(): number[] {
    const [newest] = [...this.committed.values()].slice(-1);
    return [...(newest?.keys() ?? [])].toSorted((one, other) => one - other);
  }

  events(): FleetEvent[] {
    const [newest] = [...this.committed.values()].slice(-1);
    return [...(newest?.values() ?? [])].toSorted((one, other) => one.s - other.s);
  }

  /** The terminal's part in this broker's fleet. */
  part = async (disk: Disk, config: TerminalConfig): Promise<FleetPart> => ({
    tid: TID,
    servers: ['mqtt://a.test', 'mqtt://b.test'],
    telemetryMs: 300_000,
    connector: () => Promise.resolve(this),
    memory: await openFleetMemory({ disk, folder: `${config.dataDir}/fleet` }),
    vitals: () => ({ mem: { rss: 1, heap: 1 } }),
    setLogLevel: (level) => void this.logLevels.push(level),
    restart: () => void (this.restarted += 1),
    reboot: null,
    jobs: null,
  });

  #take(packet: OutgoingPacket, settled: (taken: boolean) => void): void {
    if (!this.takesPackets) return void this.#untaken.push(settled);
    const parsed = parseTopic(packet.topic);
    if (parsed === null || parsed.tid !== TID) throw new Error(`a terminal must not publish to ${packet.topic}`);
    const family = parsed.family as UpFamily;
    const decoded = decodeMessage(family, packet.payload);
    if (!decoded.ok) throw new Error(`${family}: ${decoded.why}`);
    this.heard.push({ family, message: decoded.message, packet });
    queueMicrotask(() => settled(true));
    if (this.acknowledges) this.#serve(family, decoded.message);
  }

  #serve(family: UpFamily, message: MessageOf[UpFamily]): void {
    if (family === 'up/st' && 'on' in message && message.on === 1) this.acknowledge((message as { e: string }).e);
    if (family !== 'up/ev') return;
    const { e, ev } = message as MessageOf['up/ev'];
    const known = this.committed.get(e) ?? new Map<number, FleetEvent>();
    this.committed.set(e, known);
    for (const event of ev) if (!known.has(event.s)) known.set(event.s, event);
    this.acknowledge(e);
  }

  /** Tells how far everything is committed without a gap. */
  acknowledge(e: string): void {
    const known = this.committed.get(e);
    let s = 0;
    while (known?.has(s + 1) === true) s += 1;
    queueMicrotask(() => this.say('dn/ack', { e, s }));
  }
}
