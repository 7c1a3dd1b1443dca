import type { Readable, Writable } from 'node:stream';

import type { Announcement } from '../../../domain/sentence.ts';
import type { Screen } from '../../../domain/screen.ts';
import type { Clock } from '../../clock/contract.ts';
import { ScriptedKeypad } from '../../keypad/scripted-keypad.ts';
import { type PaperSetting, SimulatedPrinter } from '../../printer/simulated-printer.ts';
import { ScriptedScanner } from '../../scanner/scripted-scanner.ts';
import { CaptureScreen } from '../../screen/capture-screen.ts';
import { SimulatedSpeaker } from '../../speaker/simulated-speaker.ts';
import { SimulatedWifi } from '../../wifi/simulated-wifi.ts';
import type { DeviceSet, DumpFacts, Profile, ReadyFacts } from '../profile.ts';
import { StopRequest } from '../stop-request.ts';
import { BoundedLines, type Line } from './bounded-lines.ts';
import { type Instruction, readInstruction } from './instruction.ts';
import { LineWriter } from './line-writer.ts';

/** Instructions held until the terminal is ready; a script that sends more before it is told so is not waiting for it. */
const HELD_MAX = 10_000;

/** The headless interface: simulated hands, eyes and ears behind JSON lines. See docs/headless.md for the lines. */
export class HeadlessProfile implements Profile {
  readonly devices: DeviceSet;
  readonly #screen = new CaptureScreen({ historyMax: 1 });
  readonly #keypad = new ScriptedKeypad();
  readonly #scanner = new ScriptedScanner();
  readonly #speaker: SimulatedSpeaker;
  readonly #printer: SimulatedPrinter;
  readonly #wifi: SimulatedWifi;
  readonly #input: Readable;
  readonly #output: LineWriter;
  readonly #stop = new StopRequest();
  readonly #lines = new BoundedLines((line) => this.#readLine(line));
  #held: (() => void)[] | null = [];
  #inbox: (() => void)[] = [];
  #following = false;
  #answerDump: (() => DumpFacts | Promise<DumpFacts>) | null = null;
  #closed = false;

  constructor(options: {
    input: Readable;
    output: Writable;
    clock: Clock;
    /** How long a sentence takes, in milliseconds; by default no time at all. */
    spokenMs?: (announcement: Announcement) => number;
    /** What the printer is like. */
    paper?: PaperSetting;
  }) {
    this.#input = options.input;
    this.#output = new LineWriter(options.output, options.clock);
    this.#speaker = new SimulatedSpeaker({
      clock: options.clock,
      ...(options.spokenMs === undefined ? {} : { spokenMs: options.spokenMs }),
    });
    this.#printer = new SimulatedPrinter(options.paper);
    this.#wifi = new SimulatedWifi({ clock: options.clock });
    this.devices = {
      screen: this.#screen,
      keypad: this.#keypad,
      scanner: this.#scanner,
      speaker: this.#speaker,
      printer: this.#printer,
      wifi: this.#wifi,
      close: () => this.#close(),
    };
    this.#writeWhatDevicesDo();
    this.#input.on('data', this.#onChunk);
    this.#input.on('end', this.#onEnd);
    // A broken input is an ended one: nobody can press a key any more.
    this.#input.on('error', this.#onEnd);
  }

  announceReady(facts: ReadyFacts): void {
    const { version, configured, uptimeMs } = facts;
    this.#output.write('ready', { version, configured, uptimeMs });
    const held = this.#held ?? [];
    this.#held = null;
    const current = this.#screen.current();
    if (current !== null) this.#writeScreen(current);
    this.#inbox.push(...held);
    this.#followNext();
  }

  onDump(answer: () => DumpFacts | Promise<DumpFacts>): void {
    this.#answerDump = answer;
  }

  onStop(listener: () => void): void {
    this.#stop.listen(listener);
  }

  #writeWhatDevicesDo(): void {
    this.#screen.subscribe((screen) => {
      if (this.#held === null) this.#writeScreen(screen);
    });
    this.#speaker.subscribe(({ sentence, order, refund }) =>
      this.#output.write('voice', { text: sentence.text, clips: sentence.clips, order, refund }),
    );
    this.#printer.onPaper(({ job, bytes, text }) =>
      this.#output.write('print', {
        job: job.id,
        kind: job.slip.kind,
        text,
        escpos: Buffer.from(bytes).toString('base64'),
        orderBarcode: job.slip.orderBarcode,
      }),
    );
  }

  #writeScreen({ name, lines, order, amountFen }: Screen): void {
    this.#output.write('screen', { name, lines, order, amountFen });
  }

  readonly #onChunk = (chunk: Uint8Array | string): void => {
    this.#lines.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  };

  readonly #onEnd = (): void => {
    this.#lines.end();
    this.#whenReady(() => this.#stop.request());
  };

  #readLine(line: Line): void {
    if (line.is === 'refused') return this.#writeError(line.reason);
    if (line.text.trim() === '') return;
    const instruction = readInstruction(line.text);
    if ('refused' in instruction) return this.#writeError(instruction.refused);
    this.#follow(instruction);
  }

  /** What the cashier does waits for a terminal that can take it; the world around the terminal changes at once. */
  #follow(instruction: Instruction): void {
    switch (instruction.do) {
      case 'key':
        return this.#whenReady(() => this.#keypad.press(instruction.key));
      case 'scan':
        return this.#whenReady(() => this.#scanner.read(instruction.text));
      case 'printer':
        return this.#inTurn(() => this.#printer.setStatus(instruction.state));
      case 'wifi':
        return this.#inTurn(() => this.#wifi.setNetworks(instruction.networks));
      case 'dump':
        return this.#whenReady(() => void this.#dump());
      case 'exit':
        return this.#whenReady(() => this.#stop.request());
    }
  }

  /** The world changes before the terminal is ready too, but not before the lines that were written first. */
  #inTurn(act: () => void): void {
    if (this.#held === null) this.#whenReady(act);
    else act();
  }

  #whenReady(act: () => void): void {
    if (this.#closed) return;
    if (this.#held === null) {
      this.#inbox.push(act);
      if (!this.#following) this.#followNext();
    } else if (this.#held.length < HELD_MAX) this.#held.push(act);
    else this.#writeError(`more than ${HELD_MAX} lines before "ready"; wait for it`);
  }

  /**
   * One line after the other, as hands would: what the terminal decides at once is decided before the next line is followed,
   * so that a script may write `enter` and the scan behind it in one breath.
   */
  #followNext(): void {
    const act = this.#inbox.shift();
    this.#following = act !== undefined;
    if (act === undefined) return;
    if (!this.#closed) act();
    setImmediate(() => this.#followNext());
  }

  async #dump(): Promise<void> {
    if (this.#answerDump === null) return this.#writeError('nobody answers a dump');
    try {
      const { actors, journal, openOrders, openRefunds } = await this.#answerDump();
      this.#output.write('dump', { actors, journal, openOrders, openRefunds });
    } catch (error) {
      this.#writeError(`the dump failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #writeError(message: string): void {
    this.#output.write('error', { message });
  }

  async #close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#input.off('data', this.#onChunk);
      this.#input.off('end', this.#onEnd);
      // A paused standard input no longer keeps the process alive.
      this.#input.pause();
      for (const device of [this.#screen, this.#keypad, this.#scanner, this.#speaker, this.#printer, this.#wifi]) {
        await device.close();
      }
    }
    await this.#output.flushed();
  }
}
