import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionOfTill } from '../bin/start/version.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run deb -- [--out FILE] [--rollback-index N]

Builds the Debian package of the terminal: bundle, service unit, udev rules, provisioning. Needs dpkg-deb.

Options:
  --out FILE          instead of dist/till-terminal_<version>_all.deb
  --rollback-index N  of the release in the package (default 0)
  --help              this text
`;

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const DEPLOY = join(PROJECT, 'deploy');

/** What goes where on the box, and who may do what with it. */
const FILES: readonly (readonly [from: string, to: string, mode: number])[] = [
  ['till-terminal', 'usr/lib/till/till-terminal', 0o755],
  ['provision', 'usr/sbin/till-provision', 0o755],
  ['systemd/till.service', 'lib/systemd/system/till.service', 0o644],
  ['udev/60-till.rules', 'lib/udev/rules.d/60-till.rules', 0o644],
  ['busybox/S80till', 'usr/share/till/S80till', 0o755],
];
const CONTROL: readonly (readonly [name: string, mode: number])[] = [
  ['control', 0o644],
  ['postinst', 0o755],
  ['prerm', 0o755],
];

function place(root: string, to: string, from: string, mode: number): void {
  const path = join(root, to);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  cpSync(from, path);
  chmodSync(path, mode);
}

/** Builds the Debian package of a terminal: the device bundle and how it is run. `--out FILE` names the package,
 * `--rollback-index N` is that of its release. */
function buildPackage(): void {
  const version = versionOfTill();
  const options = { out: { type: 'string' }, 'rollback-index': { type: 'string', default: '0' } } as const;
  const { out, 'rollback-index': rollback } = commandLine(USAGE, { options }).values;
  if (!/^\d{1,9}$/.test(rollback)) throw new Error('--rollback-index must be a whole number');
  const target = resolve(out ?? join(PROJECT, `dist/till-terminal_${version}_all.deb`));
  const root = mkdtempSync(join(tmpdir(), 'till-deb-'));
  try {
    chmodSync(root, 0o755);
    const library = join(root, 'usr/lib/till');
    mkdirSync(library, { recursive: true });
    const bundle = ['scripts/bundle.ts', '--out', join(library, 'till-terminal.cjs')];
    execFileSync(process.execPath, bundle, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
    for (const [from, to, mode] of FILES) place(root, to, join(DEPLOY, from), mode);
    for (const [name, mode] of CONTROL) place(root, `DEBIAN/${name}`, join(DEPLOY, 'debian', name), mode);
    // What the launcher puts into slot a of a box that upgrades itself.
    const facts = { version, rollbackIndex: Number(rollback) };
    writeFileSync(join(library, 'release.json'), `${JSON.stringify(facts)}\n`, { mode: 0o644 });
    place(root, 'usr/share/doc/till-terminal/copyright', join(PROJECT, 'LICENSE'), 0o644);
    const control = join(root, 'DEBIAN/control');
    writeFileSync(control, readFileSync(control, 'utf8').replace('@VERSION@', version));
    mkdirSync(dirname(target), { recursive: true });
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', root, target], { stdio: 'ignore' });
    console.log(target);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

buildPackage();
