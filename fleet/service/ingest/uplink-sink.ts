import type { Uplink } from './uplink.ts';

/** What became of a packet: stored; wrong, and never to be sent again; or left, because the service stops. */
export type UplinkEnd = 'committed' | 'refused' | 'dropped';

/** Where a broker adapter hands over what comes from terminals. */
export interface UplinkSink {
  /** Resolves when the packet is committed, refused for good, or dropped because the service stops. Never rejects. */
  offer(uplink: Uplink): Promise<UplinkEnd>;
  /** Resolves when there is room for more; an adapter waits for it before it reads on. */
  room(): Promise<void>;
}
