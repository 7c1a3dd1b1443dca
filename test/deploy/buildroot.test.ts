import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const buildroot = suite('deploy/buildroot');
const PROJECT = new URL('../..', import.meta.url).pathname;
const TREE = join(PROJECT, 'deploy/buildroot');
const HERE = '$(BR2_EXTERNAL_TILL_PATH)';
const folder = mkdtempSync(join(tmpdir(), 'till-buildroot-'));
const target = join(folder, 'target');
const site = join(folder, 'site');

/** What Buildroot defines before it reads a package, and its steps for one: the package's own commands run as they are. */
const BUILDROOT = `
qstrip = $(strip $(subst ",,$(1)))
generic-package =
INSTALL = install
include $(BR2_EXTERNAL_TILL_PATH)/external.mk
$(SITE)/.stamp:
	$(TILL_TERMINAL_BUILD_CMDS)
	$(TILL_TERMINAL_INSTALL_TARGET_CMDS)
	$(TILL_TERMINAL_INSTALL_INIT_SYSV)
	$(TILL_TERMINAL_INSTALL_INIT_SYSTEMD)
`;

function build(bundle: string) {
  const makefile = join(folder, 'Makefile');
  writeFileSync(makefile, BUILDROOT);
  const settings = [`BR2_EXTERNAL_TILL_PATH=${TREE}`, `TARGET_DIR=${target}`, 'TARGET_CC=cc', `SITE=${bundle}`];
  return spawnSync('make', ['-f', makefile, ...settings, `${bundle}/.stamp`], { encoding: 'utf8' });
}

const textOf = (file: string): string => readFileSync(join(TREE, file), 'utf8');

buildroot.before(() => {
  execFileSync(process.execPath, [join(PROJECT, 'scripts/bundle.ts'), '--out', join(site, 'till-terminal.cjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});
buildroot.after(() => rmSync(folder, { recursive: true, force: true }));

buildroot('the package installs a terminal that starts, and what starts it', () => {
  const made = build(site);
  assert.is(made.status, 0, made.stderr);
  const program = join(target, 'usr/lib/till/till-terminal');
  const environment = { ...process.env, NODE: process.execPath, TILL_FOLDER: dirname(program) };
  const help = spawnSync(program, ['--help'], { encoding: 'utf8', env: environment });
  assert.is(help.status, 0, help.stderr);
  assert.match(help.stdout, 'till-terminal run --profile device');
  for (const executable of ['usr/bin/till-grab', 'usr/sbin/till-provision', 'etc/init.d/S80till']) {
    assert.is(statSync(join(target, executable)).mode & 0o777, 0o755, executable);
  }
  for (const file of ['usr/lib/udev/rules.d/60-till.rules', 'usr/lib/systemd/system/till.service']) {
    assert.ok(existsSync(join(target, file)), file);
  }
});

buildroot('a tree without a bundle says what makes one', () => {
  const made = build(folder);
  assert.is.not(made.status, 0);
  assert.match(made.stderr, 'npm run bundle');
});

buildroot('every file and folder that the tree names is in it', () => {
  const named: string[] = [];
  for (const file of globSync('**/*', { cwd: TREE, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const text = readFileSync(join(file.parentPath, file.name), 'utf8').replaceAll(
      '"$BR2_EXTERNAL_TILL_PATH',
      `"${HERE}`,
    );
    for (const [, path = ''] of text.matchAll(/\$\(BR2_EXTERNAL_TILL_PATH\)\/([\w./-]+)(?=["\s]|$)/g)) named.push(path);
    for (const [, path = ''] of text.matchAll(/\$\(TILL_TERMINAL_DEPLOY\)\/([\w./-]+)/g)) named.push(`../${path}`);
  }
  assert.ok(named.length > 8, named.join(', '));
  for (const path of named.filter((one) => one !== '..' && !one.endsWith('dist'))) {
    assert.ok(existsSync(join(TREE, path)), path);
  }
});

buildroot('the box logs nobody in, has no console behind its keypad, and dumps no memory', () => {
  const image = textOf('configs/till_armv7_defconfig');
  assert.match(image, '# BR2_TARGET_GENERIC_GETTY is not set');
  assert.match(image, '# BR2_TARGET_ENABLE_ROOT_LOGIN is not set');
  for (const option of ['BR2_cortex_a7=y', 'BR2_PACKAGE_NODEJS=y', 'BR2_PACKAGE_TILL_TERMINAL=y']) {
    assert.match(image, `\n${option}\n`);
  }
  const kernel = textOf('board/till/linux.fragment');
  for (const option of ['VT', 'MAGIC_SYSRQ', 'COREDUMP', 'HIBERNATION', 'ZRAM_WRITEBACK']) {
    assert.match(kernel, `# CONFIG_${option} is not set\n`);
  }
  const disks = textOf('board/till/rootfs/etc/fstab');
  assert.match(disks, /\/var\/lib\/till\s+ext4/);
  assert.not.match(disks, /\sswap\s/);
});

buildroot.run();
