/** The streams, surroundings and stop signal a command works with; tests pass their own. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by the first SIGINT or SIGTERM: stop in order. */
  readonly signal: AbortSignal;
}

/** One subcommand of `till`. */
export interface Command {
  readonly name: string;
  /** One line for the list that `till --help` prints. */
  readonly summary: string;
  /** What `till <name> --help` prints. */
  readonly help: string;
  /** Subcommands that have a help of their own, printed when they are run with the one word `help`. */
  readonly helpOf?: readonly string[];
  /** Runs to its end and gives the exit code; `argv` excludes the command's name. Expected failures are printed, not thrown. */
  run(argv: string[], io: CommandIo): Promise<number>;
}
