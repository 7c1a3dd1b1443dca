import type { WifiNetwork } from '../../domain/wifi-network.ts';

/** What the programs that manage a radio differ in. Errors without a failure code mean that the radio itself cannot be used. */
export interface Radio {
  /** The network that the radio is on, with an address; null for none. */
  look(signal: AbortSignal): Promise<string | null>;
  /** @throws TerminalFailure `wifi.not-found`, `wifi.refused`, `wifi.failed` */
  join(network: WifiNetwork, signal: AbortSignal): Promise<void>;
  leave(signal: AbortSignal): Promise<void>;
}
