import * as v from 'valibot';
import type { FleetMemoryStore, RememberedCommand } from '../../config/fleet-memory.ts';
import {
  COMMAND_LIFE_MS_MAX,
  commandArguments,
  type Command,
  type CommandOperation,
  type CommandReport,
} from '../../fleet/contract/commands.ts';
import { messageBytes } from '../../fleet/contract/codec.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Log } from '../log.ts';

/** Commands that wait for their turn. */
const WAITING_MAX = 16;
/** Between two commands: whoever sends thousands keeps neither the loop nor the disk from the payments. */
const PAUSE_MS = 500;
const WHY_KEPT_CHARACTERS = 120;
const RESULT_KEPT_BYTES = 120;
const WHY_CHARACTERS_MAX = 512;

/** How an operation of a command ended. */
export type OperationOutcome =
  /** `after` runs when the result is durable and told: what ends the process. */
  | { readonly ok: true; readonly res?: Readonly<Record<string, unknown>>; readonly after?: () => void }
  | { readonly ok: false; readonly why: string };

/** A command in hand. */
export interface RunningCommand {
  readonly id: string;
  /** When it may no longer begin anything, by `nowMs`. */
  readonly expiresMs: number;
  /** Whether another command waits: what only looks on ends then. */
  isAwaited(): boolean;
  progress(report: { readonly pct?: number; readonly res?: Readonly<Record<string, unknown>> }): void;
}

type ArgumentsOf<Operation extends CommandOperation> = v.InferOutput<(typeof commandArguments)[Operation]>;

/** What the terminal does for each operation. */
export type Operations = {
  readonly [Operation in CommandOperation]: (
    args: ArgumentsOf<Operation>,
    running: RunningCommand,
  ) => Promise<OperationOutcome>;
};

/** What commands are carried out by, remembered in and reported through. */
export interface CommandDeskOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: Pick<FleetMemoryStore, 'current' | 'save'>;
  readonly operations: Operations;
  /** Epoch ms by which a command's life is judged. */
  readonly nowMs: () => number;
  readonly report: (report: CommandReport) => void;
  /** Whether an operator signed it; absent: the service's word is enough. */
  readonly isSigned?: ((command: Command) => boolean) | undefined;
}

/**
 * Commands from the service: each at most once by its id, over restarts too, and none after its time.
 * Invariant: that a command was accepted is durable before it begins. One that was cut off by the end of the process is told as
 * failed and never begun again. None can pay or refund: no operation reaches the parts of the terminal that could.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #waiting: Command[] = [];
  readonly #inHand = new Set<string>();
  #isBusy = false;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** A new connection: what an earlier process life left unfinished is told as failed, once. */
  async closeUnfinished(): Promise<void> {
    const { memory, report } = this.#options;
    const why = 'the terminal ended before it was done';
    const unfinished = memory.current().commands.filter((kept) => !isFinal(kept.st) && !this.#inHand.has(kept.id));
    if (unfinished.length === 0) return;
    const closed = new Map(
      unfinished.map((kept) => [kept.id, { ...kept, n: kept.n + 1, st: 'failed' as const, why }] as const),
    );
    const commands = memory.current().commands.map((kept) => closed.get(kept.id) ?? kept);
    if (!(await this.#save(commands))) return;
    for (const kept of closed.values()) report(this.#reportOf(kept));
  }

  /** A command as it came, checked against the contract. Never throws. */
  take(command: Command): void {
    const { memory, nowMs, isSigned } = this.#options;
    // Before anything else: an unsigned command learns nothing of an earlier one.
    if (isSigned !== undefined && !isSigned(command)) {
      return this.#answer(command, 'rejected', 'this terminal takes only commands that an operator signed for it');
    }
    const known = memory.current().commands.find(({ id }) => id === command.id);
    if (known !== undefined) return this.#options.report(this.#reportOf(known));
    if (this.#inHand.has(command.id)) return;
    const now = nowMs();
    if (command.exp <= now) return this.#answer(command, 'expired', 'it came after its time');
    if (command.exp > now + COMMAND_LIFE_MS_MAX) {
      return this.#answer(command, 'rejected', 'its time ends later than a command may live; is the clock right?');
    }
    const refusal = refusalOf(command);
    if (refusal !== null) return this.#answer(command, 'rejected', refusal);
    if (this.#waiting.length >= WAITING_MAX) {
      return this.#answer(command, 'rejected', `${WAITING_MAX} commands are waiting already`);
    }
    this.#inHand.add(command.id);
    this.#waiting.push(command);
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    const command = this.#waiting.shift();
    if (command === undefined) return;
    this.#isBusy = true;
    void this.#carryOut(command).then(() => {
      this.#inHand.delete(command.id);
      this.#options.clock.setTimeout(() => {
        this.#isBusy = false;
        this.#next();
      }, PAUSE_MS);
    });
  }

  /** Never rejects. */
  async #carryOut(command: Command): Promise<void> {
    const { log, nowMs, report } = this.#options;
    if (command.exp <= nowMs()) return this.#answer(command, 'expired', 'its time ended while others were carried out');
    let kept: RememberedCommand = { id: command.id, op: command.op, n: 1, st: 'accepted', why: null, res: null };
    if (!(await this.#remember(kept))) return this.#answer(command, 'rejected', 'the terminal could not remember it');
    report(this.#reportOf(kept));
    log.info({ command: command.id, op: command.op, by: command.by }, 'a command of the fleet service');
    const outcome = await this.#run(command, (step) => {
      kept = { ...kept, n: kept.n + 1, st: 'progress' };
      report({ ...this.#reportOf(kept), ...step });
    });
    kept = { ...kept, n: kept.n + 1, ...endOf(outcome) };
    // Told even when it could not be remembered: a repeat is then told as failed, never begun again.
    await this.#remember(kept);
    const full = outcome.ok ? outcome.res : undefined;
    report({ ...this.#reportOf(kept), ...(full !== undefined && { res: { ...full } }) });
    if (outcome.ok) outcome.after?.();
  }

  async #run(command: Command, progress: RunningCommand['progress']): Promise<OperationOutcome> {
    const operation = command.op as CommandOperation;
    const isAwaited = (): boolean => this.#waiting.length > 0;
    const running = { id: command.id, expiresMs: command.exp, isAwaited, progress };
    try {
      const args = v.parse(commandArguments[operation], command.args ?? {});
      // The table's own type ties each operation to its arguments; here the name is only known at run time.
      const run = this.#options.operations[operation] as (
        args: unknown,
        running: RunningCommand,
      ) => Promise<OperationOutcome>;
      return await run(args, running);
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error) };
    }
  }

  /** An answer that needs no memory: the same question gets the same one. */
  #answer(command: Command, st: 'expired' | 'rejected', why: string): void {
    const { id, op } = command;
    this.#options.log.info({ command: id, op, by: command.by, why }, `a command of the fleet service was ${st}`);
    this.#options.report(this.#reportOf({ id, op, n: 1, st, why, res: null }));
  }

  #reportOf({ id, n, st, why, res }: RememberedCommand): CommandReport {
    const t = Math.max(0, this.#options.clock.wallMs());
    const words = why === null ? {} : { why: why.slice(0, WHY_CHARACTERS_MAX) };
    return { id, n, st, t, ...words, ...(res !== null && { res }) };
  }

  #remember(kept: RememberedCommand): Promise<boolean> {
    const others = this.#options.memory.current().commands.filter(({ id }) => id !== kept.id);
    return this.#save([...others, kept]);
  }

  async #save(commands: RememberedCommand[]): Promise<boolean> {
    try {
      await this.#options.memory.save({ commands });
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.error({ reason }, 'the memory of the fleet link could not be written');
      return false;
    }
  }
}

function isFinal(state: RememberedCommand['st']): boolean {
  return state !== 'accepted' && state !== 'progress';
}

/** Why a command cannot even be accepted; null when it can. */
function refusalOf({ op, args }: Command): string | null {
  if (!Object.hasOwn(commandArguments, op)) return `this terminal does not know the operation ${op}`;
  const checked = v.safeParse(commandArguments[op as CommandOperation], args ?? {});
  if (checked.success) return null;
  const keys = checked.issues.map(
    (issue) => `${v.getDotPath(issue) ?? 'args'}: expected ${issue.expected ?? 'another'}`,
  );
  return `its arguments do not fit: ${keys.join('; ')}`;
}

function endOf(outcome: OperationOutcome): Pick<RememberedCommand, 'st' | 'why' | 'res'> {
  if (!outcome.ok) return { st: 'failed', why: outcome.why.slice(0, WHY_KEPT_CHARACTERS), res: null };
  const { res } = outcome;
  const isSmall = res !== undefined && messageBytes(res) <= RESULT_KEPT_BYTES;
  return { st: 'done', why: null, res: isSmall ? { ...res } : null };
}
