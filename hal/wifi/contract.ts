import type { WifiNetwork } from '../../domain/wifi-network.ts';

/** The radio. One network at a time. */
export interface Wifi {
  /** Resolves when associated and addressed. @throws TerminalFailure `wifi.not-found`, `wifi.refused` (wrong passphrase), `wifi.failed` */
  join(network: WifiNetwork, signal: AbortSignal): Promise<void>;
  /** SSID of the joined network, or null. */
  current(): string | null;
  leave(): Promise<void>;
  /** Told once at the start: the network that was proven last. A real radio joins it again by itself whenever it is on none. */
  keepJoined?(network: WifiNetwork | null): void;
  close(): Promise<void>;
}
