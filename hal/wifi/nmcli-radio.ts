import type { WifiNetwork } from '../../domain/wifi-network.ts';
import { hexOf, wepKeyOf } from './network-secrets.ts';
import type { Radio } from './radio.ts';
import { runProgram } from '../program/run-program.ts';
import { failed, notFound, refused } from './wifi-failures.ts';

/** Which radio NetworkManager is asked for. */
export interface NmcliOptions {
  readonly interface: string;
  readonly program?: string;
}

/** The terminal's own connections; those of others are left alone. */
const CONNECTION = 'till-wifi';
const ATTEMPT = 'till-wifi-new';

const COMMAND_LIMIT_MS = 15_000;
const JOIN_LIMIT_S = 40;
/** The secret is asked for each time and never stored by NetworkManager. */
const NOT_SAVED = '2';

/**
 * NetworkManager by `nmcli`. The passphrase goes in on the standard input, named as a file of passwords, and stays in NetworkManager's memory.
 */
export class NmcliRadio implements Radio {
  readonly #options: NmcliOptions;

  constructor(options: NmcliOptions) {
    this.#options = options;
  }

  async look(signal: AbortSignal): Promise<string | null> {
    const rows = await this.#list('no', signal);
    const active = rows.find((row) => row.startsWith('yes:'));
    return active === undefined ? null : Buffer.from(active.slice(4), 'hex').toString('utf8');
  }

  async join(network: WifiNetwork, signal: AbortSignal): Promise<void> {
    const wanted = hexOf(network.ssid).toUpperCase();
    if (!network.hidden && !(await this.#list('yes', signal)).some((row) => row.split(':')[1] === wanted)) {
      throw notFound(network.ssid);
    }
    await this.#run(['connection', 'delete', ATTEMPT], signal);
    const { setting, secret } = securityOf(network);
    const hidden = network.hidden ? 'yes' : 'no';
    await this.#must(
      [
        ...['connection', 'add', 'save', 'no', 'type', 'wifi', 'con-name', ATTEMPT],
        ...['ifname', this.#options.interface, 'ssid', network.ssid],
        ...['connection.autoconnect', 'no', '802-11-wireless.hidden', hidden, ...setting],
      ],
      signal,
    );
    const up = ['--wait', String(JOIN_LIMIT_S), 'connection', 'up', ATTEMPT];
    const asked = secret === null ? [] : ['passwd-file', '/dev/stdin'];
    const { code, stderr } = await this.#run([...up, ...asked], signal, secret ?? '', (JOIN_LIMIT_S + 5) * 1_000);
    if (code !== 0) {
      await this.#run(['connection', 'delete', ATTEMPT], new AbortController().signal);
      throw whyNot(stderr, network.ssid);
    }
    await this.#run(['connection', 'delete', CONNECTION], signal);
    await this.#must(['connection', 'modify', '--temporary', ATTEMPT, 'connection.id', CONNECTION], signal);
  }

  async leave(signal: AbortSignal): Promise<void> {
    await this.#run(['connection', 'delete', CONNECTION], signal);
    await this.#run(['device', 'disconnect', this.#options.interface], signal);
  }

  async #list(rescan: 'yes' | 'no', signal: AbortSignal): Promise<string[]> {
    const fields = ['-t', '-f', 'ACTIVE,SSID-HEX', 'device', 'wifi', 'list'];
    const answer = await this.#must([...fields, 'ifname', this.#options.interface, '--rescan', rescan], signal);
    return answer.split('\n').filter((row) => /^(yes|no):[0-9A-F]*$/.test(row));
  }

  async #must(parameters: readonly string[], signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await this.#run(parameters, signal);
    if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1)?.slice(0, 200) || `nmcli ended with ${code}`);
    return stdout;
  }

  async #run(parameters: readonly string[], signal: AbortSignal, input = '', limitMs = COMMAND_LIMIT_MS) {
    const { program = 'nmcli' } = this.#options;
    try {
      return await runProgram(program, parameters, { limitMs, signal, input });
    } catch (error) {
      if (signal.aborted || !(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
      throw new Error(`"${program}" is not installed (Debian package network-manager)`, { cause: error });
    }
  }
}

interface Security {
  readonly setting: readonly string[];
  /** Lines of a password file. */
  readonly secret: string | null;
}

function securityOf(network: WifiNetwork): Security {
  const section = '802-11-wireless-security';
  const passphrase = network.passphrase?.reveal() ?? '';
  const keyed = (keyManagement: string): Security => ({
    setting: [`${section}.key-mgmt`, keyManagement, `${section}.psk-flags`, NOT_SAVED],
    secret: `${section}.psk:${passphrase}\n`,
  });
  switch (network.security) {
    case 'open':
      return { setting: [], secret: null };
    case 'wpa':
      return keyed('wpa-psk');
    case 'sae':
      return keyed('sae');
    case 'wep':
      return {
        setting: [`${section}.key-mgmt`, 'none', `${section}.wep-key-flags`, NOT_SAVED],
        secret: `${section}.wep-key0:${wepKeyOf(network)}\n`,
      };
  }
}

/** NetworkManager says why in words; the language is fixed by the caller. */
function whyNot(complaint: string, ssid: string) {
  if (/could not be found|no network with ssid/i.test(complaint)) return notFound(ssid);
  if (/secrets were required|authorization supplicant failed|802\.1x supplicant|property is invalid/i.test(complaint)) {
    return refused(ssid);
  }
  const line = complaint.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return failed(`${ssid} was not joined: ${line}`);
}
