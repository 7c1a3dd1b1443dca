import type { Downlink } from './downlink.ts';
import type { UplinkSink } from './uplink-sink.ts';

/** One way to the terminals, whatever the broker: what comes from them goes to the sink, what goes to them is sent. */
export interface UplinkSource extends Downlink {
  /** Begins to read. Resolves when the broker hands over what comes. @throws when it cannot be reached or may not listen */
  open(sink: UplinkSink): Promise<void>;
  /** Takes nothing more from terminals; sending still works. */
  stopReading(): Promise<void>;
  close(): Promise<void>;
}
