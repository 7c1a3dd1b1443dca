/** A packet for the broker. */
export interface OutgoingPacket {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** One connection, from its first byte to its last. */
export interface BrokerConnection {
  /** `settled` is called once: the broker has it (QoS 1), it left (QoS 0), or it did not (`false`). Never throws. */
  publish(packet: OutgoingPacket, settled: (taken: boolean) => void): void;
  /** Says goodbye if that is still possible, then ends; by force after a second. Never rejects. */
  close(goodbye: OutgoingPacket | null): Promise<void>;
}

/** Whom the connection tells. After `down` it says nothing more. */
export interface ConnectionEvents {
  /** Connected and subscribed. */
  up(): void;
  /** @param hostile the broker broke a bound, it did not just fail */
  down(reason: string, hostile: boolean): void;
  message(topic: string, payload: Uint8Array): void;
}

/** What a connection is opened with. */
export interface ConnectionRequest {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly server: string;
  /** Client id and user name. */
  readonly tid: string;
  /** Published by the broker when the connection breaks. */
  readonly will: OutgoingPacket;
  readonly subscription: string;
}

/** Opens connections to a broker; MQTT in the product, a script in tests. */
export interface BrokerConnector {
  /** Never throws; what goes wrong is told by `down`, never before it has returned. */
  connect(request: ConnectionRequest, events: ConnectionEvents): BrokerConnection;
}
