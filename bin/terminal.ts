import { flushCompileCache } from 'node:module';
import type { Command, CommandIo } from './command.ts';
import { DEVICE_HELP } from './start/device-help.ts';
import { openDeviceProfile } from './start/device-profile.ts';
import { STREAM_PROFILES } from './start/profiles.ts';
import { type ProfileOpeners, runTerminal } from './start/run-terminal.ts';
import { versionOfTill } from './start/version.ts';

/** What support asks on a box; loaded only when it is asked for. */
const SUPPORT: Readonly<Record<string, () => Promise<Command>>> = {
  snapshot: async () => (await import('./commands/snapshot.ts')).snapshotCommand,
  journal: async () => (await import('./commands/journal.ts')).journalCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
};

/** By then a start is over; what was compiled for it is worth keeping. */
const KEEP_COMPILED_AFTER_MS = 5_000;

/** The device bundle: a terminal, and the commands that look at it; options as of `till run`, `till snapshot` and so on. */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

const profiles: ProfileOpeners = {
  ...STREAM_PROFILES,
  device: (config, io) => Promise.resolve(openDeviceProfile(config, io)),
};
const { stdin, stdout, stderr, env } = process;
const io: CommandIo = { stdin, stdout, stderr, env, signal: stopping.signal };

async function main([name = '', ...rest]: string[]): Promise<number> {
  if (name === '--help' || name === '--version') {
    io.stdout.write(name === '--help' ? DEVICE_HELP : `${versionOfTill()}\n`);
    return 0;
  }
  const load = Object.hasOwn(SUPPORT, name) ? SUPPORT[name] : undefined;
  if (load === undefined) {
    // A terminal that is switched off at the wall never ends in order, and would never keep anything.
    setTimeout(() => flushCompileCache(), KEEP_COMPILED_AFTER_MS).unref();
    return runTerminal(process.argv.slice(2), profiles, io);
  }
  const command = await load();
  if (!rest.includes('--help')) return command.run(rest, io);
  io.stdout.write(command.help);
  return 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
