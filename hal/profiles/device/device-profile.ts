import type { Clock } from '../../clock/contract.ts';
import type { Presence } from '../../device-node/presence.ts';
import type { GlyphSet } from '../../glyphs/contract.ts';
import type { PaperSetting } from '../../printer/simulated-printer.ts';
import type { ClipPack } from '../../speaker/clip-pack.ts';
import type { Watchdog } from '../../watchdog/contract.ts';
import { DeviceWatchdog } from '../../watchdog/device-watchdog.ts';
import { SystemdNotify } from '../../watchdog/systemd-notify.ts';
import type { DeviceSet, Profile, ReadyFacts } from '../profile.ts';
import type { DeviceSettings } from './device-settings.ts';
import { type NotedPart, type NoteLocale, NotedScreen } from './noted-screen.ts';
import { openKeypad, openPrinter, openScanner, openScreen, openSpeaker, openWifi } from './open-devices.ts';

/** The parts of a box as the configuration names them, and what they need. */
export interface DeviceProfileOptions {
  readonly settings: DeviceSettings;
  readonly clock: Clock;
  readonly locale: NoteLocale;
  /** Read when a display needs them. */
  readonly glyphs: () => GlyphSet;
  /** Null: the speaker has nothing to play and says nothing. */
  readonly clips: ClipPack | null;
  readonly paper: PaperSetting;
  /** systemd's `NOTIFY_SOCKET` and `WATCHDOG_USEC`, where it started the process. */
  readonly systemd: { readonly socket: string; readonly watchdogUs: number | null } | null;
  /** Told when a part is missing, in one sentence with its remedy, and when it is back. */
  readonly onPart: (part: string, presence: Presence) => void;
  /** Told of a scan that was discarded. */
  readonly onLostScan: (why: string) => void;
}

/** A terminal on the parts of a real box. A part that is missing at the start, or is unplugged later, is named and used as soon as it is there. */
export class DeviceProfile implements Profile {
  readonly devices: DeviceSet;
  readonly #systemd: SystemdNotify | null;
  #closing: Promise<void> | null = null;

  constructor(options: DeviceProfileOptions) {
    const { settings, clock, locale } = options;
    const lastTold = new Map<string, string>();
    const onPart = (part: string, presence: Presence): void => {
      if (lastTold.get(part) === presence.why) return;
      lastTold.set(part, presence.why);
      options.onPart(part, presence);
    };
    const told = (part: string) => (presence: Presence) => onPart(part, presence);
    const screen = new NotedScreen(openScreen(settings, clock, options.glyphs, told('screen')), locale);
    const noted = (part: NotedPart) => (presence: Presence) => {
      screen.note(part, presence.present);
      onPart(part, presence);
    };
    const keypad = openKeypad(settings, clock, noted('keypad'));
    const scanner = openScanner(settings, clock, noted('scanner'), options.onLostScan);
    const printer = openPrinter(settings, clock, options.paper, noted('printer'));
    const speaker = openSpeaker(settings, clock, options.clips, noted('speaker'));
    const wifi = openWifi(settings, clock, noted('wifi'));
    const { systemd } = options;
    this.#systemd = systemd === null ? null : new SystemdNotify({ ...systemd, onPresence: told('systemd') });
    const watchdog = this.#watchdog(settings.watchdog, told('watchdog'));
    const parts = { screen, keypad, scanner, speaker, printer, wifi };
    this.devices = {
      ...parts,
      ...(watchdog === null ? {} : { watchdog }),
      close: () => (this.#closing ??= this.#close([...Object.values(parts), watchdog, this.#systemd])),
    };
  }

  announceReady(_facts: ReadyFacts): void {
    this.#systemd?.ready();
  }

  /** Nobody asks a box on its own parts; support asks through the service door. */
  onDump(): void {
    return;
  }

  /** A box is stopped by its service manager. */
  onStop(): void {
    return;
  }

  #watchdog(path: string | null, onPresence: (presence: Presence) => void): Watchdog | null {
    if (path !== null) return new DeviceWatchdog({ path, onPresence });
    return this.#systemd;
  }

  /** One that cannot be closed keeps none of the others open. */
  async #close(parts: readonly ({ close(): Promise<void> } | null)[]): Promise<void> {
    await Promise.allSettled([...new Set(parts)].map(async (part) => part?.close()));
  }
}
