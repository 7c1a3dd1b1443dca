import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CommandIo } from '../command.ts';

/** Exit code: understood, and not possible. */
export const EXIT_FAILED = 1;

/** Exit code: not understood. */
export const EXIT_USAGE = 2;

/** A call that cannot be understood: the words say why. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

/** Where a fleet service keeps its things unless it is told. */
export const FLEET_DATA_DEFAULT = join(homedir(), '.till', 'fleet');

/** The store's options, as every subcommand that opens it takes them. */
export const storeOptions = {
  data: { type: 'string', default: FLEET_DATA_DEFAULT },
  database: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageProblem for what is no whole number in the range */
export function wholeOption(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageProblem(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** Expected failures become words and exit codes; `help` in the place of arguments prints the subcommand's own help. */
export async function withProblems(
  {
    name,
    help,
    argv,
    io,
  }: { readonly name: string; readonly help: string; readonly argv: string[]; readonly io: CommandIo },
  work: () => Promise<number>,
): Promise<number> {
  if (argv[0] === 'help') {
    io.stdout.write(help);
    return 0;
  }
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageProblem || isParseError(error);
    io.stderr.write(`till fleet ${name}: ${message}${isUsage ? ` (till fleet ${name} help tells more)` : ''}\n`);
    return isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}

function isParseError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
