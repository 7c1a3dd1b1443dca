import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one call of the program was given. */
export interface RadioCall {
  readonly parameters: readonly string[];
  readonly input: string;
}

const COMMON = `
const fs = require('node:fs');
const crypto = require('node:crypto');
const folder = process.argv[1].replace(/[^/]*$/, '');
const parameters = process.argv.slice(2);
const before = fs.readFileSync(folder + 'state.json', 'utf8');
const state = JSON.parse(before);
const input = fs.readFileSync(0, 'utf8');
fs.appendFileSync(folder + 'calls', JSON.stringify({ parameters, input }) + '\\n');
const done = (text, code = 0) => {
  // A question changes nothing, so that it cannot undo what the test has changed meanwhile.
  if (JSON.stringify(state) !== before) {
    fs.writeFileSync(folder + 'state.new', JSON.stringify(state));
    fs.renameSync(folder + 'state.new', folder + 'state.json');
  }
  if (code !== 0) process.stderr.write(text);
  else process.stdout.write(text);
  process.exitCode = code;
};
const passOf = (hex) => (hex in state.reach ? state.reach[hex] : null);
const pskOf = (hex, pass) => crypto.pbkdf2Sync(pass, Buffer.from(hex, 'hex'), 4096, 32, 'sha1').toString('hex');
`;

/** As wpa_cli 2.10 on wpa_supplicant 2.10 answers, echo and prompts of its interactive mode included. */
const WPA_CLI = `#!${process.execPath}
${COMMON}
const printed = (hex) => Buffer.from(hex, 'hex').toString('latin1').replace(/[^ -~]|\\\\|"/g, (c) =>
  /[\\\\"]/.test(c) ? '\\\\' + c : '\\\\x' + c.charCodeAt(0).toString(16).padStart(2, '0'));
const fits = (net) => {
  const pass = passOf(net.ssid);
  if (pass === '') return net.key_mgmt === 'NONE' && !net.wep_key0;
  const hex = Buffer.from(pass).toString('hex');
  return net.psk === pskOf(net.ssid, pass) || net.sae_password === hex || net.wep_key0 === hex;
};
const [, , command, id, ...rest] = parameters;
if (!state.present) done('Failed to connect to non-global ctrl_ifname: wlan0  error: No such file or directory\\n', 255);
else if (command === undefined) {
  let text = 'wpa_cli v2.10\\n\\nInteractive mode\\n\\n';
  for (const line of input.split('\\n')) {
    text += '> ' + line + '\\n';
    const [verb, at, name, ...value] = line.split(' ');
    if (verb !== 'set_network') continue;
    const ok = !(state.noSae && value.includes('SAE')) && /^[0-9a-zA-Z -]+$/.test(value.join(' '));
    if (ok) state.nets[at][name] = value.join(' ');
    text += (ok ? 'OK' : 'FAIL') + '\\n> \\r\\x1b[K<3>CTRL-EVENT-SCAN-STARTED \\n';
  }
  done(text);
} else if (command === 'status') {
  const net = state.nets[state.joined];
  done(net ? 'id=' + state.joined + '\\nssid=' + printed(net.ssid) + '\\nwpa_state=COMPLETED\\nip_address=192.168.1.7\\n' : 'wpa_state=DISCONNECTED\\n');
} else if (command === 'scan') done('OK\\n');
else if (command === 'scan_results')
  done('bssid / frequency / signal level / flags / ssid\\n' + Object.keys(state.reach).filter((hex) => !state.hidden.includes(hex))
    .map((hex) => '02:00:00:00:00:00\\t2412\\t-40\\t[WPA2-PSK-CCMP][ESS]\\t' + printed(hex) + '\\n').join(''));
else if (command === 'add_network') {
  const next = String(state.next++);
  state.nets[next] = {};
  done(next + '\\n');
} else if (command === 'select_network') {
  const net = state.nets[id];
  state.tried = id;
  state.joined = net && passOf(net.ssid) !== null && fits(net) ? id : null;
  done('OK\\n');
} else if (command === 'list_networks')
  done('network id / ssid / bssid / flags\\n' + Object.keys(state.nets).map((at) => at + '\\t' + printed(state.nets[at].ssid) + '\\tany\\t' +
    (at === state.joined ? '[CURRENT]' : at === state.tried && passOf(state.nets[at].ssid) !== null ? '[TEMP-DISABLED]' : '[DISABLED]') + '\\n').join(''));
else if (command === 'remove_network') {
  if (id === 'all') state.nets = {};
  else delete state.nets[id];
  if (!(state.joined in state.nets)) state.joined = null;
  done('OK\\n');
} else done('OK\\n');
`;

/** As nmcli 1.42 answers in terse mode. */
const NMCLI = `#!${process.execPath}
${COMMON}
const text = parameters.join(' ');
const option = (name) => parameters[parameters.indexOf(name) + 1];
if (!state.present) done('Error: No Wi-Fi device found.\\n', 10);
else if (text.includes('wifi list'))
  done(Object.keys(state.reach).filter((hex) => !state.hidden.includes(hex) || hex === state.joined)
    .map((hex) => (hex === state.joined ? 'yes:' : 'no:') + hex.toUpperCase() + '\\n').join(''));
else if (text.startsWith('connection add')) {
  const security = '802-11-wireless-security.key-mgmt';
  const management = parameters.includes(security) ? option(security) : '';
  state.nets[option('con-name')] = { ssid: Buffer.from(option('ssid')).toString('hex'), management };
  done('Connection added.\\n');
} else if (text.includes('connection up')) {
  const net = state.nets['till-wifi-new'];
  const pass = passOf(net.ssid);
  const secret = (/[.](?:psk|wep-key0):(.*)/.exec(input) || [])[1] || '';
  const given = net.management === 'none' ? Buffer.from(secret, 'hex').toString() : secret;
  state.joined = null;
  if (pass === null) done('Error: Connection activation failed: The Wi-Fi network could not be found\\n', 4);
  else if (given !== pass) done('Error: Connection activation failed: Secrets were required, but not provided\\n', 4);
  else { state.joined = net.ssid; done('Connection successfully activated\\n'); }
} else if (text.startsWith('connection delete')) {
  const net = state.nets[parameters[2]];
  delete state.nets[parameters[2]];
  done(net ? 'deleted\\n' : 'Error: unknown connection\\n', net ? 0 : 10);
} else if (text.startsWith('device disconnect')) { state.joined = null; done('disconnected\\n'); }
else if (text.includes('connection modify')) { state.nets['till-wifi'] = state.nets['till-wifi-new']; delete state.nets['till-wifi-new']; done(''); }
else done('Error: not understood\\n', 2);
`;

interface RadioState {
  present: boolean;
  /** A radio without WPA3. */
  noSae: boolean;
  /** SSID in hex → passphrase. */
  reach: Record<string, string>;
  hidden: string[];
  nets: Record<string, unknown>;
  joined: string | null;
  next: number;
}

/** A program of our own in the place of `wpa_cli` or `nmcli`, with the networks around it, and a record of what it was given. */
export class RadioProgram {
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'till-radio-'));

  constructor(kind: 'wpa_cli' | 'nmcli') {
    this.path = join(this.#folder, kind);
    writeFileSync(this.path, kind === 'nmcli' ? NMCLI : WPA_CLI, { mode: 0o755 });
    this.#write({ present: true, noSae: false, reach: {}, hidden: [], nets: {}, joined: null, next: 0 });
  }

  set(change: Partial<Pick<RadioState, 'present' | 'noSae' | 'joined'>>): void {
    this.#write({ ...this.#read(), ...change });
  }

  /** SSID → passphrase; '' is open. */
  setReach(networks: Readonly<Record<string, string>>, hidden: readonly string[] = []): void {
    const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
    const reach = Object.fromEntries(Object.entries(networks).map(([ssid, passphrase]) => [hex(ssid), passphrase]));
    this.#write({ ...this.#read(), reach, hidden: hidden.map(hex) });
  }

  calls(): readonly RadioCall[] {
    const path = join(this.#folder, 'calls');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line) as RadioCall);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(): RadioState {
    return JSON.parse(readFileSync(join(this.#folder, 'state.json'), 'utf8')) as RadioState;
  }

  #write(state: RadioState): void {
    const draft = join(this.#folder, 'state.draft');
    writeFileSync(draft, JSON.stringify(state));
    renameSync(draft, join(this.#folder, 'state.json'));
  }
}
