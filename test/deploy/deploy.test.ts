import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import { loadConfig } from '../../config/load-config.ts';

const deploy = suite('deploy');
const PROJECT = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'till-deploy-'));
const hasProgram = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const provision = (...options: readonly string[]) =>
  spawnSync(join(PROJECT, 'deploy/provision'), [...options, '--root', folder], { encoding: 'utf8' });

deploy.after(() => rmSync(folder, { recursive: true, force: true }));

deploy('provisioning writes a configuration that the terminal takes, and replaces none by accident', () => {
  for (const file of ['ca', 'cert', 'key']) {
    writeFileSync(join(folder, file), '-----BEGIN CERTIFICATE-----\n');
  }
  const fleet = ['--fleet', 'mqtts://fleet.example:8883', '--fleet-ca', join(folder, 'ca')];
  const own = ['--fleet-cert', join(folder, 'cert'), '--fleet-key', join(folder, 'key')];
  const made = provision('--sn', 'ACME_T1_0001', '--sub-terminal-type', '9001', ...fleet, ...own);
  assert.is(made.status, 0, made.stderr);
  const path = join(folder, 'etc/till/till.json');
  const written = JSON.parse(readFileSync(path, 'utf8')) as { fleet: Record<string, string> };
  assert.equal(written.fleet, {
    url: 'mqtts://fleet.example:8883',
    caFile: '/etc/till/fleet-ca.pem',
    certFile: '/etc/till/fleet-cert.pem',
    keyFile: '/etc/till/fleet-key.pem',
  });
  assert.is(statSync(path).mode & 0o007, 0, 'nobody else reads it');
  assert.is(statSync(join(folder, 'etc/till/fleet-key.pem')).mode & 0o007, 0, 'nobody else reads the key');
  const again = provision('--sn', 'ACME_T1_0002', '--sub-terminal-type', '9001');
  assert.is(again.status, 1);
  assert.match(again.stderr, '--force replaces it');
  const plain = provision('--sn', 'ACME_T1_0002', '--sub-terminal-type', '9001', '--locale', 'en', '--force');
  assert.is(plain.status, 0, plain.stderr);
  const { config } = loadConfig({ file: path, environment: {} });
  assert.equal([config.sn, config.subTerminalType, config.locale], ['ACME_T1_0002', 9001, 'en']);
});

deploy('a box that is to upgrade itself gets the folder that the launcher starts from', () => {
  const root = join(folder, 'root.json');
  writeFileSync(root, '{}');
  const upgrades = ['--upgrade-root', root, '--upgrade-url', 'https://releases.example/till'];
  const made = provision('--sn', 'ACME_T1_0003', '--sub-terminal-type', '9001', ...upgrades, '--force');
  assert.is(made.status, 0, made.stderr);
  const { config } = loadConfig({ file: join(folder, 'etc/till/till.json'), environment: {} });
  assert.is(config.upgrade.folder, '/var/lib/till/upgrade');
  assert.is(config.upgrade.rootFile, '/etc/till/release-root.json');
  assert.is(config.upgrade.url, 'https://releases.example/till');
  assert.is(statSync(join(folder, 'var/lib/till/upgrade')).mode & 0o077, 0, 'nobody else writes there');
});

deploy('provisioning refuses what would break the configuration, and names it', () => {
  const refusals: readonly (readonly [options: readonly string[], words: RegExp])[] = [
    [['--sn', 'a","x":"', '--sub-terminal-type', '1'], /--sn must/],
    [['--sn', 'A', '--sub-terminal-type', '1x'], /--sub-terminal-type must/],
    [['--sn', 'A', '--sub-terminal-type', '1', '--fleet', 'http://x'], /--fleet must/],
    [['--sn', 'A', '--sub-terminal-type', '1', '--ca', '/no/such/file'], /cannot be read/],
    [['--sn', 'A', '--sub-terminal-type', '1', '--upgrade-url', 'https://x/y'], /needs --upgrade-root/],
    [['--what', 'A'], /unknown option --what/],
  ];
  for (const [options, words] of refusals) {
    const { status, stderr } = provision(...options, '--force');
    assert.is(status, 1);
    assert.match(stderr, words);
  }
});

if (hasProgram('shellcheck')) {
  deploy('the shell scripts are clean', () => {
    const scripts = ['till-terminal', 'provision', 'busybox/S80till', 'debian/postinst', 'debian/prerm'];
    const { stdout, status } = spawnSync('shellcheck', scripts, { cwd: join(PROJECT, 'deploy'), encoding: 'utf8' });
    assert.is(status, 0, stdout);
  });
}

if (hasProgram('systemd-analyze')) {
  deploy('systemd takes the unit as it is and finds little exposed', () => {
    const unit = join(folder, 'till.service');
    const text = readFileSync(join(PROJECT, 'deploy/systemd/till.service'), 'utf8');
    // Only the program is not installed here.
    writeFileSync(unit, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    assert.not.match(stderr, 'till.service');
    const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=30', unit]);
    assert.is(judged.status, 0, 'an exposure of 3.0 at most');
  });
}

if (hasProgram('dpkg-deb')) {
  deploy('the Debian package holds the terminal, how it is run, and nothing else', () => {
    const file = join(folder, 'till.deb');
    execFileSync(process.execPath, ['scripts/deb.ts', '--out', file], { cwd: PROJECT, stdio: 'pipe' });
    const listed = execFileSync('dpkg-deb', ['-c', file], { encoding: 'utf8' }).trim().split('\n');
    const rows = listed.map((row) => row.split(/\s+/)).filter(([mode]) => mode?.startsWith('-'));
    assert.ok(rows.every(([, owner]) => owner === 'root/root'));
    const paths = rows.map(([mode, , , , , path]) => `${mode} ${path}`);
    const isAsset = (path: string): boolean =>
      /\.\/usr\/lib\/till\/(clips\/|glyphs\/|till-terminal\.sbom\.json$)/.test(path);
    const isBinary = (path: string): boolean => /\/usb\/prebuilds\/linux-(x64|arm|arm64)\/[\w.]+\.node$/.test(path);
    assert.ok(paths.filter(isBinary).length >= 3, 'the USB driver for each processor');
    assert.ok(paths.filter(isAsset).length > 100);
    assert.equal(
      paths.filter((path) => !isAsset(path) && !isBinary(path)).toSorted(),
      [
        '-rw-r--r-- ./lib/systemd/system/till.service',
        '-rw-r--r-- ./lib/udev/rules.d/60-till.rules',
        '-rw-r--r-- ./usr/lib/till/node_modules/node-gyp-build/LICENSE',
        '-rw-r--r-- ./usr/lib/till/node_modules/node-gyp-build/index.js',
        '-rw-r--r-- ./usr/lib/till/node_modules/node-gyp-build/node-gyp-build.js',
        '-rw-r--r-- ./usr/lib/till/node_modules/node-gyp-build/package.json',
        '-rw-r--r-- ./usr/lib/till/node_modules/usb/LICENSE',
        '-rw-r--r-- ./usr/lib/till/node_modules/usb/package.json',
        '-rw-r--r-- ./usr/lib/till/node_modules/usb/usb.js',
        '-rw-r--r-- ./usr/lib/till/release.json',
        '-rw-r--r-- ./usr/lib/till/till-launcher.cjs',
        '-rw-r--r-- ./usr/lib/till/till-terminal.cjs',
        '-rw-r--r-- ./usr/lib/till/till-terminal.cjs.LEGAL.txt',
        '-rw-r--r-- ./usr/share/doc/till-terminal/copyright',
        '-rwxr-xr-x ./usr/lib/till/till-terminal',
        '-rwxr-xr-x ./usr/sbin/till-provision',
        '-rwxr-xr-x ./usr/share/till/S80till',
      ].toSorted(),
    );
    const control = execFileSync('dpkg-deb', ['-f', file], { encoding: 'utf8' });
    assert.match(control, /^Package: till-terminal$/m);
    assert.match(control, /^Version: \d+\.\d+\.\d+/m);
  });
}

deploy.run();
