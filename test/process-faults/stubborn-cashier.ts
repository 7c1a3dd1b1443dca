import { yuanText } from '../../domain/fen.ts';
import type { Bench } from '../support/bench.ts';
import type { HeadlessTerminal, ScreenLine } from '../support/headless-terminal.ts';

const ENDS = ['paid', 'failed', 'unknown', 'refused'];
const TRIES_MAX = 60;
const REST_MS = 250;

/** A cashier who goes on selling whatever the disk does. Every try has an amount of its own, so that no second charge can hide. */
export class StubbornCashier {
  readonly refusals: string[] = [];
  readonly #bench: Bench;
  #amountFen = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** One try; the screen that ended it. */
  async trySale(): Promise<ScreenLine> {
    const { terminal } = this.#bench;
    this.#amountFen += 1;
    terminal.press('cancel');
    terminal.typeAmount(yuanText(this.#amountFen));
    const asked = await screenOf(terminal, ['present-code', 'refused']);
    if (asked.name === 'refused') return this.#refused(asked);
    terminal.scan(this.#bench.code(this.#amountFen % 2 === 0 ? 'wechat' : 'alipay'));
    const ended = await screenOf(terminal, ENDS);
    return ended.name === 'refused' ? this.#refused(ended) : ended;
  }

  /** Tries until a sale is paid. @throws Error when the terminal does not recover */
  async sell(): Promise<ScreenLine> {
    for (let tried = 0; tried < TRIES_MAX; tried += 1) {
      const ended = await this.trySale();
      if (ended.name === 'paid') return ended;
      await rest();
    }
    throw new Error(`the terminal never sold again: ${this.refusals.slice(-3).join(' | ')}`);
  }

  /** Shows fresh configuration QRs until one is stored. */
  async configure(): Promise<void> {
    const { terminal } = this.#bench;
    for (let tried = 0; tried < TRIES_MAX; tried += 1) {
      terminal.press('cancel');
      terminal.scan(this.#bench.configurationQr());
      const ended = await screenOf(terminal, ['configured', 'config-failed']);
      terminal.press('cancel');
      if (ended.name === 'configured') return;
      this.refusals.push(ended.lines.join(' '));
      await rest();
    }
    throw new Error(`the terminal could never be configured: ${this.refusals.slice(-3).join(' | ')}`);
  }

  #refused(screen: ScreenLine): ScreenLine {
    this.refusals.push(screen.lines.join(' '));
    return screen;
  }
}

async function screenOf(terminal: HeadlessTerminal, names: readonly string[]): Promise<ScreenLine> {
  const fits = (line: { is: string; name?: unknown }): boolean =>
    line.is === 'screen' && names.includes(String(line.name));
  return (await terminal.next(`one of ${names.join(', ')}`, fits)) as ScreenLine;
}

/** A person waits a moment before trying again; a terminal that reopens needs real time. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
