import type { Clock } from '../../clock/contract.ts';
import type { Presence } from '../../device-node/presence.ts';
import type { GlyphSet } from '../../glyphs/contract.ts';
import type { Keypad } from '../../keypad/contract.ts';
import { EvdevKeypad } from '../../keypad/evdev-keypad.ts';
import { keyMapOf } from '../../keypad/key-map.ts';
import { ScriptedKeypad } from '../../keypad/scripted-keypad.ts';
import type { Printer } from '../../printer/contract.ts';
import { EscposPrinter } from '../../printer/escpos-printer.ts';
import { findUsbPrinter } from '../../printer/find-usb-printer.ts';
import { LpLink } from '../../printer/lp-link.ts';
import type { PrinterLink } from '../../printer/printer-link.ts';
import { type PaperSetting, SimulatedPrinter } from '../../printer/simulated-printer.ts';
import { PRINTER_PORT, TcpLink } from '../../printer/tcp-link.ts';
import { UsbLink } from '../../printer/usb-link.ts';
import type { Scanner } from '../../scanner/contract.ts';
import { EvdevScanner } from '../../scanner/evdev-scanner.ts';
import { ScriptedScanner } from '../../scanner/scripted-scanner.ts';
import { SerialScanner } from '../../scanner/serial-scanner.ts';
import { CaptureScreen } from '../../screen/capture-screen.ts';
import { CharacterLcd } from '../../screen/character-lcd.ts';
import type { ScreenDevice } from '../../screen/contract.ts';
import { FramebufferScreen } from '../../screen/framebuffer-screen.ts';
import { AlsaSpeaker } from '../../speaker/alsa-speaker.ts';
import type { ClipPack } from '../../speaker/clip-pack.ts';
import type { Speaker } from '../../speaker/contract.ts';
import { SimulatedSpeaker } from '../../speaker/simulated-speaker.ts';
import type { Wifi } from '../../wifi/contract.ts';
import { ManagedWifi } from '../../wifi/managed-wifi.ts';
import { NmcliRadio } from '../../wifi/nmcli-radio.ts';
import { SimulatedWifi } from '../../wifi/simulated-wifi.ts';
import { WpaCliRadio } from '../../wifi/wpa-cli-radio.ts';
import type { DeviceSettings } from './device-settings.ts';
import { WatchedSpeaker } from './watched-speaker.ts';

type OnPresence = (presence: Presence) => void;

/** A part that the box does not have is one that takes everything and gives nothing. */
export function openScreen(
  settings: DeviceSettings,
  clock: Clock,
  glyphs: () => GlyphSet,
  onPresence: OnPresence,
): ScreenDevice {
  const { screen: path, screenType, lcdSize } = settings;
  if (path === null) return new CaptureScreen({ historyMax: 1 });
  if (screenType === 'framebuffer') return new FramebufferScreen({ path, clock, glyphs: glyphs(), onPresence });
  const [columns = 16, rows = 2] = lcdSize.split('x').map(Number);
  return new CharacterLcd({ path, clock, grid: { columns, rows }, onPresence });
}

/** @throws RangeError for a key that is none */
export function openKeypad(settings: DeviceSettings, clock: Clock, onPresence: OnPresence): Keypad {
  const keyMap = keyMapOf(settings.keys);
  if (settings.keypad === null) return new ScriptedKeypad();
  return new EvdevKeypad({ path: settings.keypad, clock, keyMap, copier: settings.inputProgram, onPresence });
}

/** Scanners are keyboards or serial lines; without one, nothing is ever scanned. */
export function openScanner(
  settings: DeviceSettings,
  clock: Clock,
  onPresence: OnPresence,
  onLost: (why: string) => void,
): Scanner {
  const { scanner: path, scannerType, scannerBaud: baud, scannerLayout: layout, inputProgram: copier } = settings;
  if (path === null) return new ScriptedScanner();
  if (scannerType === 'serial') return new SerialScanner({ path, clock, baud, onPresence });
  return new EvdevScanner({ path, clock, layout, copier, onPresence, onLost });
}

/** ESC/POS by USB, kernel device or network; without one, slips go to a printer that keeps them to itself. */
export function openPrinter(
  settings: DeviceSettings,
  clock: Clock,
  paper: PaperSetting,
  onPresence: OnPresence,
): Printer {
  const { printer: path } = settings;
  if (path === null) return new SimulatedPrinter(paper);
  const { profile, rasterise } = paper;
  return new EscposPrinter({
    link: linkOf(path),
    device: { what: 'the printer', path, key: 'devices.printer' },
    clock,
    onPresence,
    ...(profile === undefined ? {} : { profile }),
    ...(rasterise == null ? {} : { rasterise }),
  });
}

function linkOf(address: string): PrinterLink {
  const [, host, port] = /^tcp:\/\/([^:]+)(?::(\d+))?$/.exec(address) ?? [];
  if (host !== undefined) return new TcpLink({ host, port: port === undefined ? PRINTER_PORT : Number(port) });
  if (!address.startsWith('usb:')) return new LpLink(address);
  const [, vendor, product] = /^usb:([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(address) ?? [];
  if (vendor === undefined || product === undefined) return new UsbLink(findUsbPrinter, null);
  return new UsbLink(findUsbPrinter, { vendor: Number.parseInt(vendor, 16), product: Number.parseInt(product, 16) });
}

/** ALSA with a clip pack; without either, sentences take their time and are not heard. */
export function openSpeaker(
  settings: DeviceSettings,
  clock: Clock,
  clips: ClipPack | null,
  onPresence: OnPresence,
): Speaker {
  if (settings.speaker === null || clips === null) return new SimulatedSpeaker({ clock });
  return new WatchedSpeaker(new AlsaSpeaker({ pack: clips, clock, device: settings.speaker }), onPresence);
}

/** The program that manages the radio of the box; without one, a simulated radio. */
export function openWifi(settings: DeviceSettings, clock: Clock, onPresence: OnPresence): Wifi {
  const options = { interface: settings.wifiInterface, clock };
  switch (settings.wifi) {
    case 'none':
      return new SimulatedWifi({ clock });
    case 'wpa_cli':
      return new ManagedWifi({ ...options, radio: new WpaCliRadio(options), onPresence });
    case 'nmcli':
      return new ManagedWifi({ ...options, radio: new NmcliRadio(options), onPresence });
  }
}
