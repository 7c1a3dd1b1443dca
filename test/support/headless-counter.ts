import type { Platform } from '../../domain/platform.ts';
import type { Key, Screen, ScreenName } from '../../domain/screen.ts';
import type { Counter, Heard, Printed } from '../../simulator/rehearsal/counter.ts';
import { type Bench, SUB_TERMINAL_TYPE } from './bench.ts';
import type { Line, ScreenLine } from './headless-terminal.ts';

/** The counter of a bench: the acceptance script over the headless interface of the real process. */
export class HeadlessCounter implements Counter {
  readonly locale = 'zh-CN';
  readonly subTerminalType = SUB_TERMINAL_TYPE;
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get sandbox(): Counter['sandbox'] {
    return this.#bench.gateway.sandbox;
  }

  press(...keys: readonly Key[]): void {
    this.#bench.terminal.press(...keys);
  }

  scan(text: string): void {
    this.#bench.terminal.scan(text);
  }

  async screen(...names: readonly ScreenName[]): Promise<Screen> {
    const isAwaited = (line: Line): boolean => line.is === 'screen' && names.some((name) => name === line['name']);
    const line = (await this.#bench.terminal.next(`screen ${names.join(' or ')}`, isAwaited)) as ScreenLine;
    const { lines, order, amountFen } = line;
    return { name: line.name as ScreenName, lines, order, amountFen };
  }

  async heard(what: string, fits: (heard: Heard) => boolean): Promise<Heard> {
    return heardOn(await this.#bench.terminal.ever(what, (line) => line.is === 'voice' && fits(heardOn(line))));
  }

  async printed(what: string, fits: (printed: Printed) => boolean): Promise<Printed> {
    return slipOn(await this.#bench.terminal.printed(what, (line) => fits(slipOn(line))));
  }

  spoken(): readonly Heard[] {
    return this.#bench.terminal.all('voice').map(heardOn);
  }

  code(platform: Platform, kind: 'plain' | 'password'): string {
    return this.#bench.code(platform, kind);
  }
}

function heardOn(line: Line): Heard {
  return { text: String(line['text']), order: textOrNull(line['order']), refund: textOrNull(line['refund']) };
}

function slipOn(line: Line): Printed {
  return { text: String(line['text']), orderBarcode: textOrNull(line['orderBarcode']) };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
