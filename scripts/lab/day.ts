import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCode } from '../../simulator/gateway/customer-codes.ts';
import type { SandboxServer } from '../../simulator/gateway/server.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { hidReports } from './hid-keys.ts';
import type { Machine } from './machine.ts';

/** Where the guest sees the host. */
const HOST = '10.0.2.2';
/** Samples a second of the shipped clips. */
const RATE = 16_000;
const NETWORK = { name: 'TillLab', passphrase: 'tea-and-money' };

/** What the lab's steps work with. */
export interface Day {
  readonly machine: Machine;
  readonly gateway: SandboxServer;
  /** Shared with the guest as `/lab`. */
  readonly shared: string;
  readonly say: (words: string) => void;
}

/** The configuration that provisioning would have written, and the gateway's door inside the guest. */
export async function prepareBox({ machine, gateway, shared }: Day): Promise<void> {
  const [domain = ''] = gateway.domains;
  const { port, hostname } = new URL(domain);
  const config = {
    sn: 'TILL_T1_000001',
    subTerminalType: 9001,
    gateway: { domains: [domain], caFile: '/lab/ca.pem' },
    devices: {
      printer: '/dev/usb/lp0',
      speaker: 'plughw:Loopback,0,0',
      wifi: 'wpa_cli',
      wifiInterface: 'wlan0',
      watchdog: '/dev/watchdog0',
    },
    dataDir: '/data/till',
  };
  writeFileSync(join(shared, 'till.json'), JSON.stringify(config, null, 2));
  writeFileSync(join(shared, 'ca.pem'), gateway.caPem);
  await machine.shell.run(`(tcpsvd ${hostname} ${port} nc ${HOST} ${port} >/dev/null 2>&1 &)`);
  await machine.shell.until(
    'the printer, the scanner and the keypad',
    'name-parts; [ -e /dev/usb/lp0 ] && [ -e /dev/till/scanner ] && [ -e /dev/till/keypad ]',
  );
  await machine.shell.run('(cat /dev/g_printer0 >>/lab/slip.bytes 2>/dev/null &)');
  await startRadio(machine);
}

async function startRadio({ shell }: Machine): Promise<void> {
  const point = [
    ...['interface=wlan1', 'driver=nl80211', `ssid=${NETWORK.name}`, 'hw_mode=g', 'channel=6', 'wpa=2'],
    ...['wpa_key_mgmt=WPA-PSK', 'rsn_pairwise=CCMP', `wpa_passphrase=${NETWORK.passphrase}`],
  ].join('\\n');
  await shell.run(`printf '${point}\\n' >/run/hostapd.conf`);
  await shell.run('(hostapd /run/hostapd.conf >/lab/hostapd.log 2>&1 &)');
  await shell.run('printf "ctrl_interface=/run/wpa_supplicant\\nupdate_config=0\\n" >/run/wpa.conf');
  await shell.run('ip link set wlan0 up; ip addr add 192.168.77.2/24 dev wlan0');
  await shell.run('(wpa_supplicant -D nl80211 -i wlan0 -c /run/wpa.conf >/lab/wpa.log 2>&1 &)');
}

/** Starts the terminal as its service does. */
export async function startTerminal({ machine }: Pick<Day, 'machine'>): Promise<void> {
  const program = '/usr/lib/till/till-terminal run --profile device --config /lab/till.json';
  await machine.shell.run(`(CACHE_DIRECTORY=/var/cache/till ${program} >>/lab/terminal.log 2>&1 &)`);
}

/** Types on one of the two emulated keyboards: reports of eight bytes, one write each. */
export async function type(
  { machine }: Pick<Day, 'machine'>,
  device: 'scanner' | 'keypad',
  text: string,
): Promise<void> {
  const node = device === 'scanner' ? '/dev/hidg0' : '/dev/hidg1';
  const bytes = [...hidReports(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  await machine.shell.run(`printf '${bytes}' | dd bs=8 of=${node} 2>/dev/null`);
}

/** The text of the terminal's log so far. */
export function terminalLog({ shared }: Pick<Day, 'shared'>): string {
  try {
    return readFileSync(join(shared, 'terminal.log'), 'utf8');
  } catch {
    return '';
  }
}

/** Waits until something holds. @throws Error naming it */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = 180_000,
): Promise<void> {
  const limit = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`${what} never came`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The WiFi is joined by its QR code. */
export async function joinByScan(day: Day): Promise<void> {
  await type(day, 'scanner', `WIFI:T:WPA;S:${NETWORK.name};P:${NETWORK.passphrase};;\n`);
  await day.machine.shell.until('WiFi', `wpa_cli -i wlan0 status | grep -q wpa_state=COMPLETED`);
  const status = await day.machine.shell.run('wpa_cli -i wlan0 status | grep -E "^(ssid|key_mgmt|ip_address)="');
  day.say(`joined ${NETWORK.name}: ${status.replaceAll('\n', ' ')}`);
}

/** The terminal is set up by the gateway's QR code. */
export async function configureByScan(day: Day): Promise<void> {
  const { gateway } = day;
  const ticket = gateway.sandbox.issueTicket({}).pathAndQuery;
  await type(day, 'scanner', `${gateway.domains[0] ?? ''}${ticket}\n`);
}

/** Starts to record what the loudspeaker plays. */
export async function listen({ machine }: Pick<Day, 'machine'>, recording: string, seconds: number): Promise<void> {
  const format = `-f S16_LE -r ${RATE} -c 1 -d ${seconds}`;
  await machine.shell.run(`(arecord -q -D plughw:Loopback,1,0 ${format} /lab/${recording} >/lab/arecord.log 2>&1 &)`);
}

/** Takes a payment through keypad and scanner. @returns the order's number */
export async function pay(day: Day, yuan: string): Promise<string> {
  const totalFen = Math.round(Number(yuan) * 100);
  const paid = () => day.gateway.sandbox.book().orders.find((one) => one.totalFen === totalFen && one.charges === 1);
  await type(day, 'keypad', `${yuan}\n`);
  await day.machine.shell.run('sleep 3');
  await type(day, 'scanner', `${makeCode('wechat', 'plain', 0, new SystemRandom())}\n`);
  await until(`a payment of ${yuan}`, () => paid() !== undefined);
  return paid()?.number ?? '';
}
