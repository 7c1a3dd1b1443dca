import type { Devices } from '../../actors/terminal-parts.ts';
import { TerminalFailure } from '../../domain/failure.ts';
import type { Screen } from '../../domain/screen.ts';
import type { Announcement } from '../../domain/sentence.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import { ScriptedKeypad } from '../../hal/keypad/scripted-keypad.ts';
import type { Printer, PrinterStatus } from '../../hal/printer/contract.ts';
import { ScriptedScanner } from '../../hal/scanner/scripted-scanner.ts';
import type { Speaker } from '../../hal/speaker/contract.ts';
import { SimulatedWifi, type NetworkInReach } from '../../hal/wifi/simulated-wifi.ts';
import type { Power } from './power.ts';
import type { Truth } from './truth.ts';

const SENTENCE_MS = 2000;
const SLIP_MS = 800;

/** Printer and loudspeaker of the box: their troubles outlive a process life. */
export interface Peripherals {
  printer: PrinterStatus;
  speakerBroken: boolean;
  readonly networks?: readonly NetworkInReach[];
}

/** The devices of one process life, their hands and eyes with the world. */
export interface WorldDevices {
  readonly devices: Devices;
  readonly keypad: ScriptedKeypad;
  readonly scanner: ScriptedScanner;
  screen(): Screen | null;
  /** Tells the terminal what became of the printer. */
  printerChanged(): void;
}

/** The devices of a process life that begins now. Without power they do nothing more and answer nobody. */
export function openDevices(parts: {
  readonly clock: Clock;
  readonly power: Power;
  readonly peripherals: Peripherals;
  readonly truth: Truth;
}): WorldDevices {
  const { clock, power, peripherals, truth } = parts;
  const keypad = new ScriptedKeypad();
  const scanner = new ScriptedScanner();
  const listeners = new Set<(status: PrinterStatus) => void>();
  let shown: Screen | null = null;
  /** What begins under power takes its time and ends only if the power lasts. */
  const lasting = (ms: number, signal: AbortSignal, ended: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        ended();
        resolve();
      }, ms);
      signal.addEventListener('abort', () => {
        clock.clearTimeout(timer);
        reject(new Error('silenced'));
      });
    });
  const speaker: Speaker = {
    speak(announcement: Announcement, signal) {
      if (!power.isOn) return new Promise(() => undefined);
      if (peripherals.speakerBroken) return Promise.reject(new TerminalFailure('speaker.failed', 'no sound card'));
      truth.speaks(announcement);
      return lasting(SENTENCE_MS, signal, () => truth.spoke(announcement));
    },
    setVolume: () => undefined,
    close: () => Promise.resolve(),
  };
  const printer: Printer = {
    print(job, signal) {
      if (!power.isOn) return new Promise(() => undefined);
      if (peripherals.printer !== 'ok') {
        return Promise.reject(new TerminalFailure('printer.failed', `the printer is ${peripherals.printer}`));
      }
      truth.printed(job);
      return lasting(SLIP_MS, signal, () => undefined);
    },
    status: () => peripherals.printer,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  const screen = {
    show(next: Screen) {
      if (!power.isOn) return;
      shown = next;
      truth.shown(next);
    },
    close: () => Promise.resolve(),
  };
  const wifi = new SimulatedWifi({ clock });
  wifi.setNetworks(peripherals.networks ?? []);
  return {
    devices: { screen, keypad, scanner, speaker, printer, wifi },
    keypad,
    scanner,
    screen: () => shown,
    printerChanged: () => {
      for (const listener of listeners) listener(peripherals.printer);
    },
  };
}
