import type { MessageOf } from '../../contract/message-families.ts';
import type { UpFamily } from '../../contract/topics.ts';

/** A packet from a terminal as a broker hands it over; the broker has made sure who sent it. */
export interface Uplink {
  readonly tid: string;
  readonly family: UpFamily;
  readonly packet: Uint8Array;
}

/** The packet, read and checked. `receivedMs` is the service's wall clock. */
export type DecodedUplink = {
  readonly [Family in UpFamily]: {
    readonly tid: string;
    readonly family: Family;
    readonly receivedMs: number;
    readonly message: MessageOf[Family];
  };
}[UpFamily];

/** One family's messages of a batch, in the order of their arrival. */
export function ofFamily<Family extends UpFamily>(
  uplinks: readonly DecodedUplink[],
  family: Family,
): Extract<DecodedUplink, { family: Family }>[] {
  return uplinks.filter((uplink): uplink is Extract<DecodedUplink, { family: Family }> => uplink.family === family);
}
