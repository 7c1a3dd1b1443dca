import { parseArgs } from 'node:util';
import { assertTlsVerificationOn } from '../../cloudpay/tls-settings.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure } from '../../domain/failure.ts';
import type { Profile } from '../../hal/profiles/profile.ts';
import type { CommandIo } from '../command.ts';
import { openLog, startTerminalProcess, type AdjustableLog } from './terminal-process.ts';
import { versionOfTill } from './version.ts';
import { checkVoiceClips } from './voice-clips.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** The service manager starts a crashed terminal again; 70 is "internal software error" (sysexits). */
const EXIT_CRASHED = 70;
/** It stopped in order because it is to be started again; 75 is "temporary failure, try again" (sysexits). */
const EXIT_RESTART = 75;
const REBOOT_MS = 30_000;
/** Variables that belong to the project's tools, not to the terminal's configuration. */
const OTHER_VARIABLES = ['TILL_CHROMIUM', 'TILL_SLOT'];

/** The profiles that a program offers, each opened when it is asked for. */
export type ProfileOpeners = Readonly<Record<string, (config: TerminalConfig, io: CommandIo) => Promise<Profile>>>;

interface Options {
  readonly profile: string;
  readonly file: string | null;
  readonly dataDir: string | null;
}

function readOptions(argv: string[], openers: ProfileOpeners): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { profile: { type: 'string' }, config: { type: 'string' }, data: { type: 'string' } },
    });
    const { profile } = values;
    if (profile === undefined || !Object.hasOwn(openers, profile)) {
      return `--profile must be one of ${Object.keys(openers).join(', ')}`;
    }
    return { profile, file: values.config ?? null, dataDir: values.data ?? null };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A terminal from its command line to its end; gives the exit code. Nothing but a bug is thrown. */
export async function runTerminal(argv: string[], openers: ProfileOpeners, io: CommandIo): Promise<number> {
  const options = readOptions(argv, openers);
  if (typeof options === 'string') {
    io.stderr.write(`till run: ${options} (till run --help tells more)\n`);
    return EXIT_USAGE;
  }
  try {
    assertTlsVerificationOn(io.env);
    const { file, dataDir } = options;
    const { config, warnings } = loadConfig({ file, dataDir, environment: io.env, otherVariables: OTHER_VARIABLES });
    for (const warning of warnings) io.stderr.write(`till run: ${warning}\n`);
    checkVoiceClips(config);
    return await runUntilStopped(openers[options.profile], config, io);
  } catch (error) {
    io.stderr.write(`till run: ${wordsOf(error)}\n`);
    return EXIT_FAILED;
  }
}

async function runUntilStopped(
  open: ProfileOpeners[string] | undefined,
  config: TerminalConfig,
  io: CommandIo,
): Promise<number> {
  if (open === undefined) throw new Error('a profile that is not offered was chosen');
  const log = openLog(config.log.level);
  const profile = await open(config, io);
  const running = await startTerminalProcess({
    config,
    profile,
    version: versionOfTill(),
    log,
    slot: io.env['TILL_SLOT'],
  }).catch(async (error: unknown) => {
    await profile.devices.close();
    throw error;
  });
  const stop = (): void => void running.stop();
  profile.onStop(stop);
  io.signal.addEventListener('abort', stop, { once: true });
  if (io.signal.aborted) stop();
  const crash = await running.ended;
  await running.stop();
  if (crash === null) {
    const wanted = running.restartWanted();
    if (wanted === 'machine') await restartMachine(config.upgrade.rebootProgram, log);
    return wanted === null ? 0 : EXIT_RESTART;
  }
  log.error({ reason: crash.stack ?? crash.message }, 'the terminal crashed');
  return EXIT_CRASHED;
}

/** Whatever comes of it, this process ends: the service manager starts the terminal again, which then goes on as before. */
async function restartMachine(program: string, log: AdjustableLog): Promise<void> {
  const { runProgram } = await import('../../hal/program/run-program.ts');
  try {
    const { code, stderr } = await runProgram(program, [], { limitMs: REBOOT_MS });
    if (code !== 0) log.error({ program, code, stderr: stderr.slice(0, 500) }, 'the machine could not be restarted');
  } catch (error) {
    log.error({ program, reason: String(error) }, 'the machine could not be restarted');
  }
}

/** A failure is expected and says what to do, on one line for whoever reads stderr; anything else is a bug and shows where. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isFailure(error)) return error.stack ?? error.message;
  return error.message.replace(/:\n\s*/, ': ').replaceAll(/\s*\n\s*/g, '; ');
}
