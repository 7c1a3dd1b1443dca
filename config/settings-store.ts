import { Low } from 'lowdb';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { TerminalFailure } from '../domain/failure.ts';
import { Secret } from '../domain/secret.ts';
import type { Locale } from '../domain/sentence.ts';
import type { WifiNetwork } from '../domain/wifi-network.ts';
import { DurableFile, type SettingsDisk } from './durable-file.ts';
import {
  hashedPin,
  isManagerCode,
  isPin,
  lockLeftMs,
  PIN_FAILURES_MAX,
  PIN_LOCK_MS,
  PIN_SALT_BYTES,
  type PinAnswer,
  pinFits,
} from './refund-pin.ts';
import {
  CONFIGURATIONS_MAX,
  documentFrom,
  freshDocument,
  type SettingsDocument,
  type StoredConfiguration,
  type StoredWifi,
} from './settings-document.ts';

/** What encrypts secrets at rest; the terminal's key store does. */
export interface Sealer {
  seal(plain: Uint8Array, label: string): Uint8Array;
  unseal(sealed: Uint8Array, label: string): Uint8Array;
}

/** Where settings live, and what seals their secrets. */
export interface SettingsOptions {
  readonly disk: SettingsDisk;
  /** Absolute; the two generations `settings.0.json` and `settings.1.json` live in it. */
  readonly folder: string;
  readonly keyStore: Sealer;
  readonly random: { bytes(count: number): Uint8Array };
}

/** The settings as the terminal uses them, secrets unsealed. */
export interface Settings {
  /** Null: unconfigured, or unbound. */
  readonly configuration: DeviceConfiguration | null;
  readonly staff: { readonly id: string; readonly name: string | null } | null;
  readonly volumePercent: number;
  /** Null: the one of the configuration file. */
  readonly locale: Locale | null;
  readonly refundPinSet: boolean;
  readonly managerCodeSet: boolean;
  /** Every step is spoken, for who cannot read the screen. */
  readonly guided: boolean;
  /** 32 hexadecimal digits, made once for this data folder. */
  readonly installationId: string;
  readonly upgrade: Readonly<Record<string, unknown>>;
}

/** Where each secret stands in the document, and the label that it is sealed with. */
const PIN_PLACES = {
  pin: { key: 'refundPin', label: 'refund-pin' },
  manager: { key: 'managerCode', label: 'manager-code' },
} as const;

/**
 * The small durable settings: shop configuration, staff, WiFi, volume, locale, refund PIN. Every change resolves when it is durable;
 * a failed one rejects with `storage.failed`, and memory goes on showing what the disk shows.
 */
export class SettingsStore {
  readonly #low: Low<SettingsDocument>;
  readonly #file: DurableFile<SettingsDocument>;
  readonly #options: SettingsOptions;
  readonly #warnings: string[] = [];
  #configurations = new Map<string, DeviceConfiguration>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @internal Use `openSettings`. */
  constructor(low: Low<SettingsDocument>, file: DurableFile<SettingsDocument>, options: SettingsOptions) {
    this.#low = low;
    this.#file = file;
    this.#options = options;
    this.#unseal();
  }

  /** What was found damaged at opening; money is safe, but somebody should know. */
  get warnings(): readonly string[] {
    return [...this.#file.warnings, ...this.#warnings];
  }

  current(): Settings {
    const { currentConfiguration, staff, volumePercent, locale, refundPin, managerCode, installationId } =
      this.#low.data;
    return {
      configuration: currentConfiguration === null ? null : this.configuration(currentConfiguration),
      staff: staff === null ? null : { id: staff.id, name: staff.name },
      volumePercent,
      locale,
      refundPinSet: refundPin !== null,
      managerCodeSet: managerCode !== null,
      guided: this.#low.data.guided,
      installationId,
      upgrade: this.#low.data.upgrade,
    };
  }

  /** A kept configuration, the current one or an older one that open orders need; null when it is not kept. */
  configuration(id: string): DeviceConfiguration | null {
    return this.#configurations.get(id) ?? null;
  }

  /**
   * Stores it as a whole and makes it the current one. The staff of the configuration replaces the staff that was set by hand.
   * @param inUse ids that open orders or refunds still need; the oldest of the others makes room when eight are kept
   * @throws TerminalFailure `storage.failed`; `configuration.invalid` when all eight are still needed
   */
  saveConfiguration(configuration: DeviceConfiguration, inUse: readonly string[] = []): Promise<void> {
    return this.#change((document) => {
      const kept = document.configurations.filter((stored) => stored.id !== configuration.id);
      while (kept.length >= CONFIGURATIONS_MAX) {
        const oldest = kept.findIndex((stored) => !inUse.includes(stored.id));
        if (oldest < 0) {
          throw new TerminalFailure(
            'configuration.invalid',
            'orders of eight older configurations are unresolved; query them first',
          );
        }
        kept.splice(oldest, 1);
      }
      const staff =
        configuration.staffId === null ? document.staff : { id: configuration.staffId, name: configuration.staffName };
      return {
        ...document,
        staff,
        currentConfiguration: configuration.id,
        configurations: [...kept, this.#stored(configuration)],
      };
    });
  }

  /** Leaves the shop: no configuration is current, but kept ones stay for the orders that are still open. */
  unbind(): Promise<void> {
    return this.#change((document) => ({ ...document, currentConfiguration: null, staff: null }));
  }

  /** Drops a kept configuration that no open order needs any more; the current one only after `unbind`. */
  forgetConfiguration(id: string): Promise<void> {
    return this.#change((document) => {
      if (document.currentConfiguration === id) return document;
      return { ...document, configurations: document.configurations.filter((stored) => stored.id !== id) };
    });
  }

  setStaff(id: string | null, name: string | null = null): Promise<void> {
    return this.#change((document) => ({ ...document, staff: id === null ? null : { id, name } }));
  }

  /** 0–100. */
  setVolume(percent: number): Promise<void> {
    return this.#change((document) => ({
      ...document,
      volumePercent: Math.round(Math.min(100, Math.max(0, percent))),
    }));
  }

  setLocale(locale: Locale | null): Promise<void> {
    return this.#change((document) => ({ ...document, locale }));
  }

  /** The proven network becomes the current one, the one before it the one to go back to. */
  saveWifi(network: WifiNetwork): Promise<void> {
    return this.#change((document) => {
      const { current, previous } = document.wifi;
      const before = current === null || current.ssid === network.ssid ? previous : current;
      return { ...document, wifi: { ...document.wifi, current: this.#storedWifi(network), previous: before } };
    });
  }

  wifi(): { readonly current: WifiNetwork | null; readonly previous: WifiNetwork | null } {
    const { current, previous } = this.#low.data.wifi;
    return { current: this.#wifiFrom(current), previous: this.#wifiFrom(previous) };
  }

  /** Whether every step is spoken. */
  setGuided(guided: boolean): Promise<void> {
    return this.#change((document) => (document.guided === guided ? document : { ...document, guided }));
  }

  /** A PIN of 4 to 8 digits, or a manager's code that may also be a badge's text; null for none. @throws RangeError */
  setRefundPin(pin: string | null, of: RefundAuthority = 'pin'): Promise<void> {
    const fits = pin === null || (of === 'pin' ? isPin(pin) : isManagerCode(pin));
    if (!fits) return Promise.reject(new RangeError('a refund PIN has 4 to 8 digits'));
    const { key, label } = PIN_PLACES[of];
    return this.#change((document) => {
      if (pin === null) return { ...document, [key]: null };
      const hash = hashedPin(pin, this.#options.random.bytes(PIN_SALT_BYTES));
      return { ...document, [key]: { sealedHash: this.#sealed(hash, label), failures: 0, lockedUntilMs: null } };
    });
  }

  /** The manager's code must not be the PIN, which every clerk knows. */
  isRefundPin(pin: string, of: RefundAuthority): boolean {
    const kept = this.#low.data[PIN_PLACES[of].key];
    return kept !== null && this.#pinFits(pin, kept.sealedHash, of);
  }

  /** Five wrong tries lock it for 15 minutes. A wrong try is durable before it is answered, so that pulling the plug gains none. */
  async checkRefundPin(pin: string, nowMs: number, of: RefundAuthority = 'pin'): Promise<PinAnswer> {
    const { key } = PIN_PLACES[of];
    let answer: PinAnswer = { kind: 'none' };
    await this.#change((document) => {
      const kept = document[key];
      if (kept === null) return document;
      const leftMs = lockLeftMs(kept.lockedUntilMs, nowMs);
      if (leftMs > 0) {
        answer = { kind: 'locked', leftMs };
        return document;
      }
      if (this.#pinFits(pin, kept.sealedHash, of)) {
        answer = { kind: 'right' };
        const untouched = kept.failures === 0 && kept.lockedUntilMs === null;
        return untouched ? document : { ...document, [key]: { ...kept, failures: 0, lockedUntilMs: null } };
      }
      const failures = kept.failures + 1;
      const locked = failures >= PIN_FAILURES_MAX;
      answer = locked
        ? { kind: 'locked', leftMs: PIN_LOCK_MS }
        : { kind: 'wrong', triesLeft: PIN_FAILURES_MAX - failures };
      const lockedUntilMs = locked ? nowMs + PIN_LOCK_MS : null;
      return { ...document, [key]: { ...kept, failures: locked ? 0 : failures, lockedUntilMs } };
    });
    return answer;
  }

  #pinFits(pin: string, sealedHash: string, of: RefundAuthority): boolean {
    return pinFits(pin, this.#options.keyStore.unseal(Buffer.from(sealedHash, 'base64'), PIN_PLACES[of].label));
  }

  /** The upgrader's own small state, replaced as a whole. */
  setUpgrade(upgrade: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#change((document) => ({ ...document, upgrade: { ...upgrade } }));
  }

  /** One change at a time, each on what the one before it left. An unchanged document is not written. */
  #change(next: (document: SettingsDocument) => SettingsDocument): Promise<void> {
    const turn = this.#turn.then(async () => {
      const before = this.#low.data;
      const changed = next(before);
      if (changed === before) return;
      this.#low.data = documentFrom(changed);
      try {
        await this.#low.write();
      } catch (error) {
        this.#low.data = await this.#onDisk(before);
        throw error;
      } finally {
        this.#unseal();
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What the disk shows after a failed write; what memory had when it cannot be read either. */
  async #onDisk(before: SettingsDocument): Promise<SettingsDocument> {
    try {
      const read = await this.#file.read();
      return read === null ? before : documentFrom(read);
    } catch {
      return before;
    }
  }

  #unseal(): void {
    const configurations = new Map<string, DeviceConfiguration>();
    for (const stored of this.#low.data.configurations) {
      const known = this.#configurations.get(stored.id);
      const authenKey = this.#opened(
        stored.sealedAuthenKey,
        `authen-key:${stored.id}`,
        `the configuration of ${stored.shopName}`,
      );
      if (authenKey === null) continue;
      const { sealedAuthenKey: _sealed, ...plain } = stored;
      const same = known !== undefined && known.authenKey.reveal() === authenKey.reveal() ? known.authenKey : authenKey;
      configurations.set(stored.id, { ...plain, authenKey: same });
    }
    this.#configurations = configurations;
  }

  #stored(configuration: DeviceConfiguration): StoredConfiguration {
    const { authenKey, ...plain } = configuration;
    const sealedAuthenKey = this.#sealed(Buffer.from(authenKey.reveal(), 'utf8'), `authen-key:${configuration.id}`);
    return { ...plain, sealedAuthenKey };
  }

  #storedWifi(network: WifiNetwork): StoredWifi {
    const { passphrase, ...plain } = network;
    const bytes = passphrase === null ? null : Buffer.from(passphrase.reveal(), 'utf8');
    return { ...plain, sealedPassphrase: bytes === null ? null : this.#sealed(bytes, `wifi:${network.ssid}`) };
  }

  #wifiFrom(stored: StoredWifi | null): WifiNetwork | null {
    if (stored === null) return null;
    const { ssid, security, hidden, sealedPassphrase } = stored;
    if (sealedPassphrase === null) return { ssid, security, hidden, passphrase: null };
    const passphrase = this.#opened(sealedPassphrase, `wifi:${ssid}`, `the WiFi network ${ssid}`);
    return passphrase === null ? null : { ssid, security, hidden, passphrase };
  }

  #sealed(plain: Uint8Array, label: string): string {
    return Buffer.from(this.#options.keyStore.seal(plain, label)).toString('base64');
  }

  /** One secret that cannot be opened must not keep the terminal from starting: it counts as absent, and a warning says so. */
  #opened(sealed: string, label: string, what: string): Secret | null {
    try {
      return new Secret(
        Buffer.from(this.#options.keyStore.unseal(Buffer.from(sealed, 'base64'), label)).toString('utf8'),
      );
    } catch (error) {
      if (!(error instanceof TerminalFailure)) throw error;
      const warning = `${what} cannot be decrypted with this terminal's key; set it up again`;
      if (!this.#warnings.includes(warning)) this.#warnings.push(warning);
      return null;
    }
  }
}

/**
 * Opens the settings, making them at the first start.
 * @throws TerminalFailure `storage.failed`, `storage.corrupt`
 */
export async function openSettings(options: SettingsOptions): Promise<SettingsStore> {
  const file = new DurableFile<SettingsDocument>({ disk: options.disk, folder: options.folder, name: 'settings' });
  const fresh = freshDocument(Buffer.from(options.random.bytes(16)).toString('hex'));
  const read = await file.read();
  const low = new Low<SettingsDocument>(file, read === null ? fresh : documentFrom(read));
  if (read === null) await low.write();
  return new SettingsStore(low, file, options);
}
