import type { Command, CommandIo } from './command.ts';
import { versionOfTill } from './start/version.ts';

/** What `till` offers; a command's code is loaded only when it is asked for. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command by its name. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: 'a terminal: --profile device|web|tty|headless',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  demo: {
    summary: 'everything on this machine, in a browser (the same as npm start)',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  gateway: {
    summary: 'the Cloud Pay sandbox for integrators and tests',
    load: async () => (await import('./commands/gateway.ts')).gatewayCommand,
  },
  release: {
    summary: 'makes, signs and publishes releases, and installs the first one',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  rehearse: {
    summary: 'the acceptance script on this very terminal, against the built-in sandbox',
    load: async () => (await import('./commands/rehearse.ts')).rehearseCommand,
  },
  campaign: {
    summary: 'brings a release to the fleet in waves, and stops by payment health',
    load: async () => (await import('./commands/campaign.ts')).campaignCommand,
  },
  fleet: {
    summary: 'the fleet service: terminals seen, understood and helped from one place',
    load: async () => (await import('./commands/fleet.ts')).fleetCommand,
  },
  snapshot: {
    summary: 'the live statecharts of a running terminal',
    load: async () => (await import('./commands/snapshot.ts')).snapshotCommand,
  },
  journal: {
    summary: 'the last facts of a terminal’s journal, read-only',
    load: async () => (await import('./commands/journal.ts')).journalCommand,
  },
  doctor: {
    summary: 'self-test of a terminal, with what to do; writes the file for support',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  simulate: {
    summary: 'the seeded world that tries to break the money rules',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  },
};

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
/** npm and the shell both pass a Ctrl-C on, so a second signal this soon is the same keypress. */
const SAME_KEYPRESS_MS = 300;

function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const list = Object.entries(commands).map(([name, entry]) => `  ${name.padEnd(width)}  ${entry.summary}`);
  return `Usage: till <command> [options]\n\nCommands:\n${list.join('\n')}\n\ntill <command> --help tells more; till --version prints the version.\n`;
}

/** Reads the command's name, runs it and gives the exit code: 2 for a call that cannot be understood. */
export async function dispatch(
  argv: readonly string[],
  io: CommandIo,
  commands: Readonly<Record<string, CommandEntry>> = COMMANDS,
): Promise<number> {
  const [name, ...rest] = argv[0] === 'help' && argv.length > 1 ? [...argv.slice(1), '--help'] : argv;
  if (name !== undefined && ['--version', '-v'].includes(name)) {
    io.stdout.write(`${versionOfTill()}\n`);
    return 0;
  }
  if (name !== undefined && ['--help', '-h', 'help'].includes(name)) {
    io.stdout.write(overview(commands));
    return 0;
  }
  const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const problem = name === undefined ? 'no command given' : `unknown command "${name}"`;
    io.stderr.write(`till: ${problem}; there is ${Object.keys(commands).join(', ')} (till --help tells more)\n`);
    return EXIT_USAGE;
  }
  return runCommand(await entry.load(), rest, io);
}

/** Runs a command, or prints its help or that of the subcommand that is named. */
function runCommand(command: Command, words: string[], io: CommandIo): Promise<number> {
  if (!words.includes('--help') && !words.includes('-h')) return command.run(words, io);
  const [part = ''] = words;
  if (command.helpOf?.includes(part) === true) return command.run([part, 'help'], io);
  io.stdout.write(command.help.endsWith('\n') ? command.help : `${command.help}\n`);
  return Promise.resolve(0);
}

/** The first SIGINT or SIGTERM aborts the signal, the second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let abortedAt = 0;
  const stop = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - abortedAt > SAME_KEYPRESS_MS) process.exit(EXIT_INTERRUPTED);
      return;
    }
    abortedAt = performance.now();
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** The process: arguments in, exit code out. */
export async function main(): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await dispatch(process.argv.slice(2), { stdin, stdout, stderr, env, signal: stopSignal() });
}
