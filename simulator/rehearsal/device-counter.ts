import type { Platform } from '../../domain/platform.ts';
import type { Key, Screen, ScreenName } from '../../domain/screen.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { Random } from '../../hal/random/contract.ts';
import { makeCode } from '../gateway/customer-codes.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import type { Counter, Heard, Printed } from './counter.ts';
import type { RehearsalDevices } from './rehearsal-devices.ts';
import type { Sighting } from './sighting.ts';

/** Which terminal stands on the counter, and what it is rehearsed against. */
export interface DeviceCounterOptions {
  readonly locale: Locale;
  readonly sandbox: Sandbox;
  /** `sub_terminal_type` that it is rehearsed with (§6). */
  readonly subTerminalType: number;
  readonly devices: RehearsalDevices;
  readonly sighting: Sighting;
  readonly random: Random;
  /** How long an awaited screen stays before the script goes on, so that a person can read it. */
  readonly paceMs: number;
}

/** Longer than any script; the script types the password itself. */
const NO_HURRY_S = 999;
const CANCELS_MAX = 6;
const CANCEL_PATIENCE_MS = 3_000;

/** The counter of a terminal that runs on the devices of a profile in this process. */
export class DeviceCounter implements Counter {
  readonly locale: Locale;
  readonly sandbox: Sandbox;
  readonly subTerminalType: number;
  readonly #options: DeviceCounterOptions;
  /** Screens up to here were awaited already. */
  #read = 0;

  constructor(options: DeviceCounterOptions) {
    this.locale = options.locale;
    this.sandbox = options.sandbox;
    this.subTerminalType = options.subTerminalType;
    this.#options = options;
  }

  press(...keys: readonly Key[]): void {
    for (const key of keys) this.#options.devices.press(key);
  }

  scan(text: string): void {
    this.#options.devices.scan(text);
  }

  async screen(...names: readonly ScreenName[]): Promise<Screen> {
    const { devices, sighting, paceMs } = this.#options;
    const look = (): Screen | undefined => {
      while (this.#read < devices.screens.length) {
        const screen = devices.screens[this.#read++];
        if (screen !== undefined && names.includes(screen.name)) return screen;
      }
      return undefined;
    };
    const found = await sighting.wait(`the screen ${names.join(' or ')}`, look, () => this.#present());
    await sighting.pause(paceMs);
    return found;
  }

  heard(what: string, fits: (heard: Heard) => boolean): Promise<Heard> {
    const { devices, sighting } = this.#options;
    return sighting.wait(
      what,
      () => devices.heard.find(fits),
      () => `the last sentence is "${devices.heard.at(-1)?.text ?? ''}"`,
    );
  }

  printed(what: string, fits: (printed: Printed) => boolean): Promise<Printed> {
    const { devices, sighting } = this.#options;
    return sighting.wait(
      what,
      () => devices.printed.find(fits),
      () => `the printer is ${devices.devices.printer.status()}`,
    );
  }

  spoken(): readonly Heard[] {
    return this.#options.devices.heard;
  }

  code(platform: Platform, kind: 'plain' | 'password'): string {
    return makeCode(platform, kind, kind === 'password' ? NO_HURRY_S : 0, this.#options.random);
  }

  /** Back to the idle screen from wherever a broken row ended. @throws Error when the terminal does not get there */
  async leave(): Promise<void> {
    const { devices, sighting } = this.#options;
    const idle = (): true | undefined => (devices.screens.at(-1)?.name === 'idle' ? true : undefined);
    for (let cancels = 0; cancels < CANCELS_MAX && idle() === undefined; cancels += 1) {
      this.press('cancel');
      await sighting.wait('the idle screen', idle, () => this.#present(), CANCEL_PATIENCE_MS).catch(() => undefined);
    }
    if (idle() === undefined) throw new Error(`the terminal does not come back: ${this.#present()}`);
    this.#read = devices.screens.length;
  }

  #present(): string {
    return `the screen shows "${this.#options.devices.screens.at(-1)?.lines.join(' ') ?? 'nothing'}"`;
  }
}
