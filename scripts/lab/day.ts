import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GlyphSet } from '../../hal/glyphs/contract.ts';
import type { SandboxServer } from '../../simulator/gateway/server.ts';
import { type Picture, pngOf } from '../manual/png.ts';
import { readPpm, shows } from './display.ts';
import { keystrokes } from './hid-keys.ts';
import type { Machine } from './machine.ts';

/** Where the guest sees the host. */
export const HOST = '10.0.2.2';
/** Samples a second of the shipped clips. */
export const RATE = 16_000;

/** The access point of the lab. */
export const NETWORK = { name: 'TillLab', passphrase: 'tea-and-money' };
/** An emulated processor beside other work takes its time. */
const PATIENCE_MS = 180_000;
const LOOK_MS = 300;
/** A scan to which the display says nothing for so long was not taken. */
const UNANSWERED_MS = 20_000;
const SCANS_MAX = 3;
/** What the display says of a code that came in two parts. */
const NOT_TAKEN: readonly string[] = ['不认识的码', '码内容有误', '配置码内容不全', '这不是付款码', '请扫描配置二维码'];

/** What the lab's steps work with. */
export interface Day {
  readonly machine: Machine;
  readonly gateway: SandboxServer;
  /** Shared with the guest as `/lab`. */
  readonly shared: string;
  /** Where pictures go. */
  readonly out: string;
  readonly glyphs: GlyphSet;
  readonly say: (words: string) => void;
}

/** The parts of the box that are plugged into a socket. */
export type Part = 'printer' | 'scanner' | 'keypad';

/** The gateway's first domain as the guest reaches it. */
export function gatewayInGuest(gateway: SandboxServer): string {
  return `https://${HOST}:${new URL(gateway.domains[0] ?? '').port}`;
}

/** The configuration that provisioning would have written. */
export function provision(gateway: SandboxServer, shared: string): void {
  const config = {
    sn: 'TILL_T1_000001',
    subTerminalType: 9001,
    gateway: { domains: [gatewayInGuest(gateway)], caFile: '/lab/ca.pem' },
    devices: {
      inputProgram: 'till-grab',
      printer: '/dev/till/printer',
      speaker: 'plughw:Loopback,0,0',
      wifi: 'wpa_cli',
      wifiInterface: 'wlan0',
      watchdog: '/dev/watchdog0',
    },
    dataDir: '/data/till',
  };
  writeFileSync(join(shared, 'till.json'), JSON.stringify(config, null, 2));
  writeFileSync(join(shared, 'ca.pem'), gateway.caPem);
}

/** Starts what stands around the terminal: the paper that catches what is printed, a microphone, the access point and the radio's programs. */
export async function startSurroundings({ machine }: Pick<Day, 'machine'>): Promise<void> {
  const { shell } = machine;
  await startPaper({ machine });
  await startMicrophone({ machine });
  const point = [
    ...['interface=wlan1', 'driver=nl80211', 'bridge=br0', `ssid=${NETWORK.name}`, 'hw_mode=g', 'channel=6', 'wpa=2'],
    ...['wpa_key_mgmt=WPA-PSK', 'rsn_pairwise=CCMP', `wpa_passphrase=${NETWORK.passphrase}`],
  ].join('\\n');
  await shell.run(`printf '${point}\\n' >/run/hostapd.conf`);
  await startAccessPoint({ machine });
  await shell.run('printf "ctrl_interface=/run/wpa_supplicant\\nupdate_config=0\\n" >/run/wpa.conf');
  await shell.run('(wpa_supplicant -D nl80211 -i wlan0 -c /run/wpa.conf >/lab/wpa.log 2>&1 &)');
  await shell.run('(udhcpc -f -i wlan0 -t 2 -T 1 -A 2 -s /run/dhcp >/lab/dhcp.log 2>&1 &)');
}

/** Waits for what is plugged in, and catches what is printed. */
export async function startPaper({ machine: { shell } }: Pick<Day, 'machine'>): Promise<void> {
  await shell.until(
    'the printer, the scanner and the keypad',
    '[ -e /dev/till/printer ] && [ -e /dev/till/scanner ] && [ -e /dev/till/keypad ]',
  );
  await shell.run('(while :; do dd if=/dev/g_printer0 >>/lab/slip.bytes; usleep 200000; done 2>/dev/null &)');
}

/** Records what the sound card plays, further and further. */
export async function startMicrophone({ machine }: Pick<Day, 'machine'>): Promise<void> {
  const format = `-t raw -f S16_LE -r ${RATE} -c 1`;
  await machine.shell.run(`(arecord -q -D plughw:Loopback,1,0 ${format} >>/lab/voice.raw 2>/lab/arecord.log &)`);
}

/** Puts the lab's access point on the air. */
export async function startAccessPoint({ machine }: Pick<Day, 'machine'>): Promise<void> {
  await machine.shell.run('(hostapd /run/hostapd.conf >>/lab/hostapd.log 2>&1 &)');
}

/** Ends the terminal in order, so that all it knows is on its disk. */
export async function stopTerminal({ machine }: Pick<Day, 'machine'>): Promise<void> {
  await machine.shell.run('kill $(pidof node); while pidof node >/dev/null; do usleep 200000; done; sync');
}

/** Starts the terminal as its service does. */
export async function startTerminal(day: Day): Promise<void> {
  const program = '/usr/lib/till/till-terminal run --profile device --config /lab/till.json';
  await day.machine.shell.run(`(CACHE_DIRECTORY=/data/cache ${program} >>/lab/terminal.log 2>&1 &)`);
  await until('the terminal', () => terminalLog(day).includes('terminal started'));
}

/** The text of the terminal's log so far. */
export function terminalLog({ shared }: Pick<Day, 'shared'>): string {
  return read(join(shared, 'terminal.log')).toString('utf8');
}

/** What the printer received so far. */
export function printed({ shared }: Pick<Day, 'shared'>): Buffer {
  return read(join(shared, 'slip.bytes'));
}

/** What the sound card played so far. */
export function recorded({ shared }: Pick<Day, 'shared'>): Buffer {
  return read(join(shared, 'voice.raw'));
}

function read(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** Waits until something holds. @throws Error naming it */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const limit = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`${what} never came`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Presses keys on the box's keypad. */
export async function press({ machine }: Day, keys: string): Promise<void> {
  await machine.shell.run(`type-keys /dev/hidg1 ${keystrokes(keys)}`);
}

/**
 * Holds a code before the scanner until the display says what must follow. A scan that lost characters is discarded by the terminal; a
 * cashier whom the display tells nothing new scans again, and so does this.
 */
export async function scan(day: Day, code: string, follows: string): Promise<void> {
  for (let attempt = 1; attempt <= SCANS_MAX; attempt += 1) {
    const before = await look(day);
    const isNoted = (picture: Picture): boolean => NOT_TAKEN.some((note) => shows(picture, note, day.glyphs));
    const wasNoted = isNoted(before);
    await day.machine.shell.run(`type-keys /dev/hidg0 ${keystrokes(`${code}\n`)}`);
    const limit = performance.now() + UNANSWERED_MS;
    let isTaken = false;
    await until(`"${follows}" after a scan`, async () => {
      const now = await look(day);
      if (shows(now, follows, day.glyphs)) return (isTaken = true);
      const isUnchanged = Buffer.from(now.colours.buffer).equals(Buffer.from(before.colours.buffer));
      return (!wasNoted && isNoted(now)) || (isUnchanged && performance.now() > limit);
    });
    if (isTaken) return;
    day.say('the terminal did not take the scan: scanned again');
  }
  throw new Error(`${SCANS_MAX} scans in a row were not taken: ${terminalLog(day).slice(-500)}`);
}

/** Waits until words stand on the display. */
export async function seen(day: Day, words: string): Promise<void> {
  await until(`"${words}" on the display`, () => isSeen(day, words));
}

/** Waits until words stand no longer on the display. */
export async function gone(day: Day, words: string): Promise<void> {
  await until(`the end of "${words}" on the display`, async () => !(await isSeen(day, words)));
}

async function isSeen(day: Day, words: string): Promise<boolean> {
  return shows(await look(day), words, day.glyphs);
}

async function look({ machine, out }: Day): Promise<Picture> {
  const ppm = join(out, 'work/display.ppm');
  await machine.screenshot(ppm);
  return readPpm(ppm);
}

/** Keeps a picture of the display. */
export async function picture(day: Day, name: string): Promise<void> {
  writeFileSync(join(day.out, `${name}.png`), pngOf(await look(day)));
  day.say(`display: ${name}.png`);
}

/** Another program tries to read along what the scanner types. @returns ends it; gives the bytes that it heard */
export async function readAlong({ machine, shared }: Day): Promise<() => Promise<number>> {
  await machine.shell.run('(tee /lab/overheard </dev/till/scanner >/dev/null 2>&1 &)');
  return async () => {
    await machine.shell.run('killall tee');
    return read(join(shared, 'overheard')).length;
  };
}

/** Pulls a part out of its socket. */
export async function unplug({ machine }: Day, part: Part): Promise<void> {
  await machine.shell.run(`unplug ${part}`);
}

/** Puts a part back into its socket. */
export async function plug({ machine }: Day, part: Part): Promise<void> {
  await machine.shell.run(`plug ${part}`);
}
