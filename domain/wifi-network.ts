import type { Secret } from './secret.ts';

/** A WiFi network as a configuration QR names it. */
export interface WifiNetwork {
  /** 1–32 bytes of UTF-8. */
  readonly ssid: string;
  readonly security: 'open' | 'wpa' | 'sae' | 'wep';
  readonly passphrase: Secret | null;
  readonly hidden: boolean;
}
