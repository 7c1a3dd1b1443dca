import type { KeyboardLayout } from '../../evdev/keyboard-layout.ts';

/** Where the parts of a box are: the configuration's section `devices`. Null: the box has none. */
export interface DeviceSettings {
  readonly screen: string | null;
  readonly screenType: 'framebuffer' | 'character-lcd';
  readonly lcdSize: '16x2' | '20x4';
  readonly keypad: string | null;
  /** What copies an input device's events to its standard output: `cat`, or `till-grab`, which keeps the device. */
  readonly inputProgram: string;
  /** `183=refund`. */
  readonly keys: readonly string[];
  readonly scanner: string | null;
  readonly scannerType: 'keyboard' | 'serial';
  readonly scannerLayout: KeyboardLayout;
  readonly scannerBaud: number;
  /** A path, `tcp://host:port`, `usb:` or `usb:VVVV:PPPP`. */
  readonly printer: string | null;
  readonly speaker: string | null;
  readonly wifi: 'none' | 'wpa_cli' | 'nmcli';
  readonly wifiInterface: string;
  readonly watchdog: string | null;
}
