import { encodeMessage } from '../../contract/codec.ts';
import type { MessageOf } from '../../contract/message-families.ts';
import type { DownFamily } from '../../contract/topics.ts';

/** The way to the terminals. Only a hint: what matters is pulled again by the terminal at its next birth. */
export interface Downlink {
  /** Never rejects; a terminal that is not connected misses it. */
  send(tid: string, family: DownFamily, packet: Uint8Array): void;
}

/** Sends a message of the contract. */
export function sendDown<Family extends DownFamily>(
  downlink: Downlink,
  tid: string,
  family: Family,
  message: MessageOf[Family],
): void {
  downlink.send(tid, family, encodeMessage(family, message));
}
