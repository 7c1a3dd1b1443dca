import { openDeviceProfile } from './start/device-profile.ts';
import { STREAM_PROFILES } from './start/profiles.ts';
import { type ProfileOpeners, runTerminal } from './start/run-terminal.ts';

/** The device bundle: a terminal and nothing else; options as of `till run`. */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

const profiles: ProfileOpeners = {
  ...STREAM_PROFILES,
  device: (config, io) => Promise.resolve(openDeviceProfile(config, io)),
};
const { stdin, stdout, stderr, env } = process;
void runTerminal(process.argv.slice(2), profiles, { stdin, stdout, stderr, env, signal: stopping.signal }).then(
  (code) => {
    process.exitCode = code;
  },
);
