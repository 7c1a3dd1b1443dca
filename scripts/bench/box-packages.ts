import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIRROR = 'http://deb.debian.org/debian';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** The first suite has a Node new enough for the bundle, the second a kernel of the size that boxes run. */
const SUITES = ['forky', 'bookworm'] as const;

/**
 * Debian's Node and BusyBox for ARMv7 with all that they need, and Debian's kernel, unpacked into one folder; fetched once. apt works in
 * folders of its own, so that this machine's packages stay as they are.
 * @returns the folder
 * @throws Error when the mirror cannot be reached
 */
export function fetchArmv7(cache: string): string {
  const root = join(cache, 'armv7-root');
  if (existsSync(root)) return root;
  const apt = join(cache, 'armv7-apt');
  const settings = openApt(apt);
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, { cwd: apt, env: { ...process.env, APT_CONFIG: settings }, encoding: 'utf8' });
  run('apt-get', '-q', 'update');
  run('apt-get', '-q', '-y', 'install', '--download-only', 'nodejs', 'busybox-static');
  const kernel = /Depends: (linux-image-6\.\S+)/.exec(run('apt-cache', 'depends', 'linux-image-armmp=6.*'))?.[1];
  if (kernel === undefined) throw new Error('the mirror has no linux-image-armmp 6');
  run('apt-get', '-q', 'download', kernel);
  const draft = `${root}.new`;
  rmSync(draft, { recursive: true, force: true });
  for (const folder of [apt, join(apt, 'var/cache/apt/archives')]) {
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.deb')) execFileSync('dpkg', ['-x', join(folder, file), draft], { stdio: 'pipe' });
    }
  }
  renameSync(draft, root);
  return root;
}

/** @returns apt's settings file */
function openApt(folder: string): string {
  const empty = ['etc/apt/apt.conf.d', 'var/lib/apt/lists/partial', 'var/cache/apt/archives/partial', 'var/lib/dpkg'];
  for (const name of empty) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'var/lib/dpkg/status'), '');
  const sources = SUITES.map((suite) => `deb [arch=armhf signed-by=${KEYRING}] ${MIRROR} ${suite} main\n`);
  writeFileSync(join(folder, 'etc/apt/sources.list'), sources.join(''));
  const settings = join(folder, 'apt.conf');
  const lines = [
    'APT::Architecture "armhf";',
    'APT::Architectures { "armhf"; };',
    'APT::Install-Recommends "0";',
    `Dir "${folder}/";`,
    `Dir::State::status "${folder}/var/lib/dpkg/status";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    // Of a mirror that lags behind; what it holds is signed all the same.
    'Acquire::Check-Valid-Until "false";',
  ];
  writeFileSync(settings, `${lines.join('\n')}\n`);
  return settings;
}
