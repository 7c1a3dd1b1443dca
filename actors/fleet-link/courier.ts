import { encodeMessage } from '../../fleet/contract/codec.ts';
import { MESSAGE_FAMILIES, type MessageOf } from '../../fleet/contract/message-families.ts';
import { topicOf, type UpFamily } from '../../fleet/contract/topics.ts';
import type { BrokerConnection, OutgoingPacket } from './broker-connection.ts';

/** Packets that wait for the broker's acknowledgement, events included. */
export const IN_FLIGHT_MAX = 20;
/** Reports that wait for their turn; the oldest make room. */
const QUEUE_MAX = 200;

/** A message as its packet. @throws TypeError, RangeError as `encodeMessage`: a bug of ours */
export function packetOf<Family extends UpFamily>(
  tid: string,
  family: Family,
  message: MessageOf[Family],
): OutgoingPacket {
  const { qos, retain } = MESSAGE_FAMILIES[family];
  return { topic: topicOf(tid, family), payload: encodeMessage(family, message), qos, retain };
}

/**
 * Brings messages to the broker, at most twenty on their way. Reports wait in a bounded queue; telemetry never waits; what is lost
 * with a connection is lost, because everything that matters is told again.
 */
export class Courier {
  readonly #tid: string;
  readonly #onRoom: () => void;
  #connection: BrokerConnection | null = null;
  #inFlight = 0;
  #queue: OutgoingPacket[] = [];
  #telemetryOnItsWay = false;
  #dropped = 0;

  /** @param onRoom called when a packet is through and there is room for another */
  constructor(tid: string, onRoom: () => void) {
    this.#tid = tid;
    this.#onRoom = onRoom;
  }

  get isOpen(): boolean {
    return this.#connection !== null;
  }

  get hasRoom(): boolean {
    return this.isOpen && this.#inFlight < IN_FLIGHT_MAX;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Packets given up since the process started. */
  get dropped(): number {
    return this.#dropped;
  }

  open(connection: BrokerConnection): void {
    this.#connection = connection;
    this.#inFlight = 0;
    this.#telemetryOnItsWay = false;
  }

  /** What waits is kept for the next connection. */
  close(): void {
    this.#connection = null;
    this.#inFlight = 0;
  }

  /** Sends, or keeps until there is room. @throws as `packetOf` */
  send<Family extends Exclude<UpFamily, 'up/tm' | 'up/ev'>>(family: Family, message: MessageOf[Family]): void {
    this.#queue.push(packetOf(this.#tid, family, message));
    if (this.#queue.length > QUEUE_MAX) {
      this.#queue.shift();
      this.#dropped += 1;
    }
    this.#drain();
  }

  /** One batch of events, only when there is room. @throws as `packetOf` */
  sendEvents(message: MessageOf['up/ev']): void {
    this.#publish(packetOf(this.#tid, 'up/ev', message));
  }

  /** Telemetry goes now or never. @throws as `packetOf` */
  sendTelemetry(message: MessageOf['up/tm']): void {
    const connection = this.#connection;
    // The one before has not left yet: the broker does not read. A newer picture will come.
    if (connection === null || this.#telemetryOnItsWay) {
      this.#dropped += 1;
      return;
    }
    this.#telemetryOnItsWay = true;
    connection.publish(packetOf(this.#tid, 'up/tm', message), () => {
      if (this.#connection === connection) this.#telemetryOnItsWay = false;
    });
  }

  #drain(): void {
    while (this.hasRoom) {
      const packet = this.#queue.shift();
      if (packet === undefined) return;
      this.#publish(packet);
    }
  }

  #publish(packet: OutgoingPacket): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#inFlight += 1;
    connection.publish(packet, () => {
      // A late answer of an earlier connection frees nothing in this one.
      if (this.#connection !== connection) return;
      this.#inFlight -= 1;
      this.#drain();
      if (this.hasRoom) this.#onRoom();
    });
  }
}
