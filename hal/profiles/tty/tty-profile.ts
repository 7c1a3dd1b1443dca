import { StringDecoder } from 'node:string_decoder';
import type { Readable, Writable } from 'node:stream';

import type { Announcement } from '../../../domain/sentence.ts';
import type { Screen } from '../../../domain/screen.ts';
import type { Clock } from '../../clock/contract.ts';
import { ScriptedKeypad } from '../../keypad/scripted-keypad.ts';
import type { Printer } from '../../printer/contract.ts';
import { type PaperSetting, SimulatedPrinter } from '../../printer/simulated-printer.ts';
import { ScriptedScanner } from '../../scanner/scripted-scanner.ts';
import { CaptureScreen } from '../../screen/capture-screen.ts';
import type { Speaker } from '../../speaker/contract.ts';
import { SimulatedSpeaker } from '../../speaker/simulated-speaker.ts';
import type { Wifi } from '../../wifi/contract.ts';
import { SimulatedWifi } from '../../wifi/simulated-wifi.ts';
import type { DeviceSet, DumpFacts, Profile, ReadyFacts } from '../profile.ts';
import { StopRequest } from '../stop-request.ts';
import { withoutControls } from './display-width.ts';
import { TtyKeys } from './tty-keys.ts';
import { drawScreen, spellScreen } from './tty-screen.ts';

const COLUMNS_WITHOUT_A_WORD = 64;

const HELP =
  '0-9 . Enter  Esc=取消 cancel  r=退款 refund  q=查询 query  m=菜单 menu  p=重播 replay  t=补打 reprint  :=扫码 scan  ^C=停止 stop';

/** The input of a console; a serial line or a pipe may not know raw mode. */
export interface TtyInput extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** Which console the terminal is on, and which devices stand beside it. */
export interface TtyProfileOptions {
  readonly input: TtyInput;
  readonly output: Writable & { readonly columns?: number };
  readonly clock: Clock;
  /** A line that understands nothing but characters (`TERM=dumb`, or not a terminal at all): no colours, no cursor. */
  readonly plain: boolean;
  /** How long a sentence takes, in milliseconds; by default no time. */
  readonly spokenMs?: (announcement: Announcement) => number;
  /** What the printer is like. */
  readonly paper?: PaperSetting;
  /** Real devices where the box has them; otherwise slips and sentences are lines on the console. */
  readonly devices?: { readonly speaker?: Speaker; readonly printer?: Printer; readonly wifi?: Wifi };
}

/** A terminal on a console or a serial line: the screen in large letters, keys from the keyboard, scans pasted or typed. */
export class TtyProfile implements Profile {
  readonly devices: DeviceSet;
  readonly #options: TtyProfileOptions;
  readonly #screen = new CaptureScreen({ historyMax: 1 });
  readonly #keypad = new ScriptedKeypad();
  readonly #scanner = new ScriptedScanner();
  readonly #stop = new StopRequest();
  readonly #decoder = new StringDecoder('utf8');
  readonly #keys: TtyKeys;
  /** Rows of the screen that was drawn last, while nothing else was written below it. */
  #rowsToRedraw = 0;
  #answerDump: (() => DumpFacts | Promise<DumpFacts>) | null = null;
  #outputGone = false;
  #closed = false;

  constructor(options: TtyProfileOptions) {
    this.#options = options;
    const real = options.devices ?? {};
    this.devices = {
      screen: this.#screen,
      keypad: this.#keypad,
      scanner: this.#scanner,
      speaker: real.speaker ?? this.#consoleSpeaker(),
      printer: real.printer ?? this.#consolePrinter(),
      wifi: real.wifi ?? new SimulatedWifi({ clock: options.clock }),
      close: () => this.#close(),
    };
    this.#screen.subscribe((screen) => this.#draw(screen));
    this.#keys = new TtyKeys(options.clock, {
      press: (key) => this.#keypad.press(key),
      scan: (text) => this.#scanner.read(text),
      edit: (text) => this.#edit(text),
      look: () => void this.#look(),
      stop: () => this.#stop.request(),
    });
    options.output.on('error', () => (this.#outputGone = true));
    if (options.input.isTTY === true) options.input.setRawMode?.(true);
    options.input.on('data', this.#onData);
    options.input.on('end', this.#onEnd);
    options.input.on('error', this.#onEnd);
  }

  announceReady(facts: ReadyFacts): void {
    this.#say(`Till ${facts.version}`, HELP);
    const current = this.#screen.current();
    if (current !== null) this.#draw(current);
  }

  onDump(answer: () => DumpFacts | Promise<DumpFacts>): void {
    this.#answerDump = answer;
  }

  onStop(listener: () => void): void {
    this.#stop.listen(listener);
  }

  #consoleSpeaker(): Speaker {
    const { clock, spokenMs } = this.#options;
    const speaker = new SimulatedSpeaker({ clock, ...(spokenMs === undefined ? {} : { spokenMs }) });
    speaker.subscribe(({ sentence }) =>
      this.#say(`${this.#options.plain ? '(voice)' : '🔊'} ${withoutControls(sentence.text)}`),
    );
    return speaker;
  }

  #consolePrinter(): Printer {
    const printer = new SimulatedPrinter(this.#options.paper);
    printer.onPaper(({ text }) =>
      this.#say(
        '',
        ...text
          .trimEnd()
          .split('\n')
          .map((line) => `  | ${withoutControls(line)}`),
        '',
      ),
    );
    return printer;
  }

  #draw(screen: Screen): void {
    const columns = this.#options.output.columns ?? COLUMNS_WITHOUT_A_WORD;
    if (this.#options.plain) return this.#write(`${spellScreen(screen, columns).join('\r\n')}\r\n`);
    const rows = drawScreen(screen, columns);
    // The screen before is drawn over as long as it is the last thing on the console, so that typing does not scroll it away.
    const back = this.#rowsToRedraw > 0 ? `\x1b[${this.#rowsToRedraw}A\r\x1b[J` : '';
    this.#write(`${back}${rows.join('\r\n')}\r\n`);
    this.#rowsToRedraw = rows.length;
  }

  #say(...lines: readonly string[]): void {
    this.#rowsToRedraw = 0;
    this.#write(`${lines.join('\r\n')}\r\n`);
  }

  #edit(text: string | null): void {
    this.#rowsToRedraw = 0;
    if (text === null) this.#write('\r\n');
    else if (this.#options.plain) this.#write(text === '' ? ': ' : (text.at(-1) ?? ''));
    else this.#write(`\r\x1b[K: ${withoutControls(text)}`);
  }

  async #look(): Promise<void> {
    if (this.#answerDump === null) return;
    try {
      const { openOrders, openRefunds } = await this.#answerDump();
      this.#say(`unresolved orders: ${openOrders.join(' ') || '-'}`, `open refunds: ${openRefunds.join(' ') || '-'}`);
    } catch (error) {
      this.#say(`no look inside: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #write(text: string): void {
    if (!this.#outputGone && !this.#closed) this.#options.output.write(text);
  }

  readonly #onData = (chunk: Uint8Array | string): void => {
    this.#keys.feed(typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk)));
  };

  readonly #onEnd = (): void => {
    this.#keys.close();
    this.#stop.request();
  };

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { input } = this.#options;
    input.off('data', this.#onData);
    input.off('end', this.#onEnd);
    if (input.isTTY === true) input.setRawMode?.(false);
    input.pause();
    this.#keys.close();
    const { screen, keypad, scanner, speaker, printer, wifi } = this.devices;
    for (const device of [screen, keypad, scanner, speaker, printer, wifi]) await device.close();
  }
}
