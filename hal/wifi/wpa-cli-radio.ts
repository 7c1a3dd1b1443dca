import type { WifiNetwork } from '../../domain/wifi-network.ts';
import type { Clock } from '../clock/contract.ts';
import { hexOf, pskOf, wepKeyOf } from './network-secrets.ts';
import type { Radio } from './radio.ts';
import { runProgram } from '../program/run-program.ts';
import { failed, notFound, refused } from './wifi-failures.ts';

/** Which radio wpa_supplicant is asked for, and how patiently. */
export interface WpaCliOptions {
  readonly interface: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'monotonicMs'>;
  readonly program?: string;
  /** wpa_supplicant's folder of control sockets, where it is not the usual one. */
  readonly controlFolder?: string;
  /** Between two looks while something is awaited. */
  readonly lookMs?: number;
}

const COMMAND_LIMIT_MS = 10_000;
const LOOK_MS = 500;
/** Two scans of all channels, as beacons are missed. */
const SCAN_LIMIT_MS = 12_000;
/** Association, keys and address; the flow above has a limit of its own. */
const JOIN_LIMIT_MS = 40_000;

type Settings = readonly (readonly [name: string, value: string])[];

/**
 * wpa_supplicant by `wpa_cli`. Every value that comes from a QR code is passed in hex, so that no name and no passphrase can become a command;
 * the secret ones on the standard input.
 */
export class WpaCliRadio implements Radio {
  readonly #options: WpaCliOptions;

  constructor(options: WpaCliOptions) {
    this.#options = options;
  }

  async look(signal: AbortSignal): Promise<string | null> {
    const status = await this.#status(signal);
    const isOn = status.get('wpa_state') === 'COMPLETED' && status.has('ip_address');
    return isOn ? ssidOf(status.get('ssid') ?? '').toString('utf8') : null;
  }

  async join(network: WifiNetwork, signal: AbortSignal): Promise<void> {
    if (!network.hidden) await this.#find(network, signal);
    const id = (await this.#ask(['add_network'], signal)).trim();
    if (!/^\d{1,5}$/.test(id)) throw new Error(`wpa_supplicant added no network: ${id.slice(0, 80)}`);
    try {
      await this.#configure(id, network, signal);
      await this.#command(['select_network', id], signal);
      await this.#awaitJoined(id, network, signal);
    } catch (error) {
      await this.#drop(id);
      throw error;
    }
    await this.#dropOthers(id, signal);
  }

  async leave(signal: AbortSignal): Promise<void> {
    await this.#command(['remove_network', 'all'], signal);
  }

  async #find({ ssid }: WifiNetwork, signal: AbortSignal): Promise<void> {
    const wanted = Buffer.from(ssid, 'utf8');
    const { clock } = this.#options;
    const from = clock.monotonicMs();
    do {
      // A scan that is already running refuses another one, and its results are as good.
      await this.#ask(['scan'], signal);
      await this.#pause(signal);
      const rows = (await this.#ask(['scan_results'], signal)).split('\n').slice(1);
      if (rows.some((row) => ssidOf(row.split('\t')[4] ?? '').equals(wanted))) return;
    } while (clock.monotonicMs() - from < SCAN_LIMIT_MS);
    throw notFound(ssid);
  }

  /** WPA3 beside WPA2 where the radio can: many codes say WPA and mean either. */
  async #configure(id: string, network: WifiNetwork, signal: AbortSignal): Promise<void> {
    const common: Settings = [
      ['ssid', hexOf(network.ssid)],
      ['scan_ssid', network.hidden ? '1' : '0'],
    ];
    const variants = await securityOf(network);
    for (const variant of variants) {
      if (await this.#set(id, [...common, ...variant], signal)) return;
    }
    throw failed(`the radio does not take the security of ${network.ssid}`);
  }

  async #set(id: string, settings: Settings, signal: AbortSignal): Promise<boolean> {
    const commands = settings.map(([name, value]) => `set_network ${id} ${name} ${value}\n`);
    const input = `${commands.join('')}quit\n`;
    const { stdout } = await this.#run([], signal, input);
    const answers = stdout.split('\n').map((line) => line.replace(/^(?:> |\r|\x1b\[K)+/, '').trim());
    return !answers.includes('FAIL') && answers.filter((answer) => answer === 'OK').length === settings.length;
  }

  async #awaitJoined(id: string, { ssid }: WifiNetwork, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const from = clock.monotonicMs();
    while (clock.monotonicMs() - from < JOIN_LIMIT_MS) {
      await this.#pause(signal);
      const status = await this.#status(signal);
      if (status.get('id') === id && status.get('wpa_state') === 'COMPLETED' && status.has('ip_address')) return;
      const row = (await this.#ask(['list_networks'], signal)).split('\n').find((line) => line.startsWith(`${id}\t`));
      // wpa_supplicant rests a network whose keys do not fit before it tries again.
      if (row?.includes('[TEMP-DISABLED]') === true) throw refused(ssid);
    }
    throw failed(`${ssid} gave no address in time`);
  }

  /** Gives up the attempt; what was joined before may come back. Not by the caller's signal, which may be why it is given up. */
  async #drop(id: string): Promise<void> {
    const own = new AbortController();
    await this.#ask(['remove_network', id], own.signal).catch(() => undefined);
    await this.#ask(['enable_network', 'all'], own.signal).catch(() => undefined);
  }

  async #dropOthers(id: string, signal: AbortSignal): Promise<void> {
    const rows = (await this.#ask(['list_networks'], signal)).split('\n').slice(1);
    const others = rows.map((row) => row.split('\t')[0] ?? '').filter((other) => /^\d+$/.test(other) && other !== id);
    for (const other of others) await this.#command(['remove_network', other], signal);
  }

  async #status(signal: AbortSignal): Promise<Map<string, string>> {
    const pairs = (await this.#ask(['status'], signal)).split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    });
    return new Map(pairs.filter(([name, value]) => name !== '' && value !== ''));
  }

  async #command(parameters: readonly string[], signal: AbortSignal): Promise<void> {
    const answer = (await this.#ask(parameters, signal)).trim();
    if (answer !== 'OK') throw failed(`wpa_supplicant answered ${parameters[0] ?? ''} with ${answer.slice(0, 80)}`);
  }

  async #ask(parameters: readonly string[], signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await this.#run(parameters, signal);
    if (code !== 0) throw new Error((stderr.trim() || stdout.trim()).split('\n').at(-1)?.slice(0, 200) ?? '');
    return stdout;
  }

  async #run(parameters: readonly string[], signal: AbortSignal, input?: string) {
    const { program = 'wpa_cli', controlFolder } = this.#options;
    const folder = controlFolder === undefined ? [] : ['-p', controlFolder];
    const all = [...folder, '-i', this.#options.interface, ...parameters];
    try {
      return await runProgram(program, all, {
        limitMs: COMMAND_LIMIT_MS,
        signal,
        ...(input === undefined ? {} : { input }),
      });
    } catch (error) {
      if (signal.aborted || !(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
      throw new Error(`"${program}" is not installed (Debian package wpasupplicant)`, { cause: error });
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    const { clock, lookMs = LOOK_MS } = this.#options;
    return new Promise((resolve, reject) => {
      clock.setTimeout(() => (signal.aborted ? reject(signal.reason as Error) : resolve()), lookMs);
    });
  }
}

async function securityOf(network: WifiNetwork): Promise<readonly Settings[]> {
  const password = hexOf(network.passphrase?.reveal() ?? '');
  switch (network.security) {
    case 'open':
      return [[['key_mgmt', 'NONE']]];
    case 'wep':
      return [
        [
          ['key_mgmt', 'NONE'],
          ['wep_key0', wepKeyOf(network)],
          ['wep_tx_keyidx', '0'],
        ],
      ];
    case 'sae':
      return [
        [
          ['key_mgmt', 'SAE'],
          ['ieee80211w', '2'],
          ['sae_password', password],
        ],
      ];
    case 'wpa': {
      const psk = await pskOf(network);
      const both: Settings = [
        ['key_mgmt', 'WPA-PSK SAE'],
        ['ieee80211w', '1'],
        ['psk', psk],
        ['sae_password', password],
      ];
      return [
        both,
        [
          ['key_mgmt', 'WPA-PSK'],
          ['psk', psk],
        ],
      ];
    }
  }
}

const ESCAPES: Readonly<Record<string, number>> = { e: 0x1b, n: 0x0a, r: 0x0d, t: 0x09, '"': 0x22, '\\': 0x5c };

/** The bytes of a name as wpa_supplicant prints it. */
function ssidOf(printed: string): Buffer {
  const parts = printed.match(/\\x[0-9a-fA-F]{2}|\\[ernt"\\]|[^\\]+|\\/g) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (part.startsWith('\\x') && part.length === 4) return Buffer.from(part.slice(2), 'hex');
      const escaped = part.length === 2 && part.startsWith('\\') ? ESCAPES[part[1] ?? ''] : undefined;
      return escaped === undefined ? Buffer.from(part, 'utf8') : Buffer.of(escaped);
    }),
  );
}
