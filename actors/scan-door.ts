import type { Ledger } from '../domain/ledger.ts';
import type { ConfigurationTicket } from '../domain/payment-gateway.ts';
import { recogniseScan } from '../domain/recognise-scan.ts';
import type { Scan } from '../domain/scan.ts';
import type { ScanNote } from '../domain/screens/screen-view.ts';
import type { Secret } from '../domain/secret.ts';
import type { WifiNetwork } from '../domain/wifi-network.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { KeyStore } from '../hal/key-store/contract.ts';
import type { ScanEvent } from '../machines/hand-events.ts';
import { SecretVault } from './secret-vault.ts';

/** A wallet shows a new code every minute; inside its life the same code is the same payment (M9). */
export const CUSTOMER_CODE_LIFE_MS = 60_000;

/** What tells one scanned text from another. */
export interface ScanDoorOptions {
  readonly ledger: Ledger;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  /** The gateway's own; a configuration QR may name no other. */
  readonly domains: readonly string[];
  /** `cloud_cashier_id`; null while the terminal is not configured. */
  readonly orderPrefix: () => string | null;
}

/** Where scanned text enters: it is recognised, its secrets stay behind, and what passes is a closed set of events. */
export class ScanDoor {
  readonly codes = new SecretVault<Secret>('code');
  readonly tickets = new SecretVault<ConfigurationTicket>('ticket');
  readonly networks = new SecretVault<readonly WifiNetwork[]>('network');
  readonly #options: ScanDoorOptions;
  /** Monotonic instants at which codes of this process life became orders, by hash, oldest first. */
  readonly #usedAt = new Map<string, number>();
  readonly #openedAtMs: number;

  constructor(options: ScanDoorOptions) {
    this.#options = options;
    this.#openedAtMs = options.clock.monotonicMs();
  }

  /** Any text; never throws for what it holds. */
  enter(text: string): ScanEvent {
    const { domains, orderPrefix } = this.#options;
    const event = this.#eventOf(recogniseScan(text, { domains, orderPrefix: orderPrefix() }));
    return event.type === 'scan.rejected' && event.note === 'unknown-code' ? { ...event, ...plainPart(text) } : event;
  }

  /** Keyed, so that a stolen journal does not give the codes away. */
  hashOf(code: Secret): string {
    return this.#options.keyStore.mac(code.reveal());
  }

  /** The code of this hash has become an order. */
  rememberUse(codeHash: string): void {
    const now = this.#options.clock.monotonicMs();
    for (const [hash, at] of this.#usedAt) if (now - at >= CUSTOMER_CODE_LIFE_MS) this.#usedAt.delete(hash);
    this.#usedAt.set(codeHash, now);
  }

  #eventOf(scan: Scan): ScanEvent {
    switch (scan.kind) {
      case 'customer-code':
        return this.#isRepeated(scan.code)
          ? { type: 'scan.repeatedCode' }
          : {
              type: 'scan.customerCode',
              platform: scan.platform,
              ref: this.codes.put(scan.code),
              masked: scan.masked,
            };
      case 'configuration':
        return { type: 'scan.configuration', domain: scan.domain, ref: this.tickets.put(scan.ticket) };
      case 'wifi':
        return { type: 'scan.wifi', ref: this.networks.put(scan.readings), ssid: scan.readings[0]?.ssid ?? '' };
      case 'order':
        return { type: 'scan.order', number: scan.number, of: scan.of };
      case 'configuration-refused':
      case 'wifi-refused':
      case 'order-refused':
      case 'unknown':
        return { type: 'scan.rejected', note: noteOf(scan) };
    }
  }

  /**
   * A code whose order never left the terminal may be shown again. Within this process life the monotonic clock judges, since a wall
   * clock that jumps changes nothing (M8). An order of an earlier life may have been made right before this one began, whatever the wall
   * clock says; later a wall clock that was set back counts as "just now".
   */
  #isRepeated(code: Secret): boolean {
    const { ledger, clock } = this.#options;
    const hash = this.hashOf(code);
    const earlier = ledger.orderOfCode(hash);
    if (earlier === undefined || earlier.result?.outcome === 'not-sent') return false;
    const usedAt = this.#usedAt.get(hash);
    if (clock.monotonicMs() - (usedAt ?? this.#openedAtMs) < CUSTOMER_CODE_LIFE_MS) return true;
    return clock.wallMs() - earlier.intent.at < CUSTOMER_CODE_LIFE_MS;
  }
}

/** Letters make it a name; digits alone stay well below the length of a customer's code, a bank card or an order number. */
const PLAIN = /^(?=.*[A-Za-z])[A-Za-z0-9_-]{1,32}$|^[0-9]{1,12}$/;

/** A short harmless text, such as the staff id on a badge, may pass: whoever asks for one can then read it. */
function plainPart(text: string): { readonly plain?: string } {
  const plain = text.trim();
  return PLAIN.test(plain) ? { plain } : {};
}

type Refused = Extract<Scan, { kind: 'configuration-refused' | 'wifi-refused' | 'order-refused' | 'unknown' }>;

function noteOf(scan: Refused): ScanNote {
  switch (scan.kind) {
    case 'configuration-refused':
      return scan.reason === 'foreign-host' ? 'foreign-configuration' : 'malformed-configuration';
    case 'wifi-refused':
      return 'bad-wifi-code';
    case 'order-refused':
      return scan.reason === 'check-digit' ? 'check-digit' : 'foreign-order';
    case 'unknown':
      return scan.what === 'other-wallet' ? 'other-wallet' : 'unknown-code';
  }
}
