import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: node scripts/ensure-browser.ts

Installs Chromium and a Chinese font with apt-get, as root, where they are missing.
The browser tests and the manual need them.
`;
commandLine(USAGE, { options: {} });

const ATTEMPTS_MAX = 3;
/** Chinese pages without a Chinese font are boxes: the screenshots would prove nothing. */
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

function aptGet(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env }).status === 0;
}

function isInstalled(name: string): boolean {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.includes('install ok installed');
}

function installed(packages: readonly string[]): boolean {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    if (aptGet('update', '-qq') && aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages)) return true;
    console.error(`apt-get failed (attempt ${attempt} of ${ATTEMPTS_MAX})`);
  }
  return false;
}

const missing = PACKAGES.filter(
  (name) => !(name === 'chromium' ? findChromium(process.env) !== null : isInstalled(name)),
);
if (missing.length === 0) console.error('chromium and a Chinese font are installed');
else if (!installed(missing)) {
  console.error(
    `cannot install ${missing.join(' and ')}: the browser tests need them (as root, with a Debian mirror in reach)`,
  );
  process.exitCode = 1;
}
