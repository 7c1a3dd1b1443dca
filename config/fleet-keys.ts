import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TerminalConfig } from './terminal-config.ts';

type FleetKeys = TerminalConfig['fleet'];

const PEM_BYTES_MAX = 1024 * 1024;
const TERMINAL_ID = /^[A-Za-z0-9_-]{1,48}$/;

/** The terminal's id in the fleet: its own key, else its serial number. Null when neither can be one. */
export function fleetIdOf({ tid }: Pick<FleetKeys, 'tid'>, sn: string): string | null {
  return tid ?? (TERMINAL_ID.test(sn) ? sn : null);
}

/** The keys of the fleet with absolute paths. */
export function withAbsolutePaths(fleet: FleetKeys, directory: string): FleetKeys {
  const absolute = (path: string | null): string | null => (path === null ? null : resolve(directory, path));
  return {
    ...fleet,
    caFile: absolute(fleet.caFile),
    certFile: absolute(fleet.certFile),
    keyFile: absolute(fleet.keyFile),
    commandKeyFile: absolute(fleet.commandKeyFile),
  };
}

/** What in the fleet's keys, each right by itself, does not fit together or does not exist. `fleet` has absolute paths. */
export function fleetProblems(fleet: FleetKeys, sn: string): string[] {
  const problems: string[] = [];
  const { url, moreUrls, caFile, certFile, keyFile } = fleet;
  if (url === null) {
    if (moreUrls.length > 0) problems.push('fleet.moreUrls: names further brokers, but fleet.url names no first one');
    return problems;
  }
  if (fleetIdOf(fleet, sn) === null) {
    problems.push('fleet.tid: is required, because the serial number (sn) cannot be a terminal id');
  }
  if ((certFile === null) !== (keyFile === null)) {
    problems.push('fleet.certFile: belongs together with fleet.keyFile; set both or none');
  }
  const isPlain = [url, ...moreUrls].some((broker) => broker.startsWith('mqtt:'));
  if (isPlain && [caFile, certFile, keyFile].some((file) => file !== null)) {
    problems.push('fleet.url: must be mqtts:// (as all of fleet.moreUrls) when certificates are given');
  }
  const files = [
    ['caFile', caFile, 'CERTIFICATE'],
    ['certFile', certFile, 'CERTIFICATE'],
    ['keyFile', keyFile, 'PRIVATE KEY'],
    ['commandKeyFile', fleet.commandKeyFile, 'PUBLIC KEY'],
  ] as const;
  return [
    ...problems,
    ...files.flatMap(([key, file, what]) => (file === null ? [] : pemProblems(`fleet.${key}`, file, what))),
  ];
}

/** A plain connection to somewhere else can be read and changed on its way. */
export function fleetWarnings({ url, moreUrls }: FleetKeys): string[] {
  const open = [url, ...moreUrls].filter(
    (broker) => broker?.startsWith('mqtt:') === true && !/^(127\.|localhost$|\[::1\])/.test(new URL(broker).hostname),
  );
  return open.map((broker) => `the fleet's broker ${broker} is reached without TLS: use mqtts:// outside of tests`);
}

function pemProblems(key: string, file: string, what: string): string[] {
  try {
    if (statSync(file).size > PEM_BYTES_MAX) return [`${key}: ${file} is longer than ${PEM_BYTES_MAX} bytes`];
    return new RegExp(`-----BEGIN (?:[A-Z]+ )?${what}-----`).test(readFileSync(file, 'latin1'))
      ? []
      : [`${key}: ${file} holds no PEM ${what.toLowerCase()}`];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return [`${key}: ${file} cannot be read (${code})`];
  }
}
