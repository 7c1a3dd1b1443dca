import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Key } from '../../domain/screen.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import type { Presence } from '../../hal/device-node/presence.ts';
import { EvdevKeypad } from '../../hal/keypad/evdev-keypad.ts';
import { Heard, PipeNode } from '../support/device-node.ts';
import { keyBytes } from '../support/input-bytes.ts';

const grab = suite('deploy/till-grab');
const PROJECT = new URL('../..', import.meta.url).pathname;
/** `_IOW('E', 0x90, int)` of linux/input.h, with 1: keep it. */
const KEPT = '0 40044590 1\n';
const folder = mkdtempSync(join(tmpdir(), 'till-grab-'));
const program = join(folder, 'till-grab');
const shim = join(folder, 'shim.so');

/** The program behind a kernel that answers so to the one request that a pipe does not know. */
function onInputDevice(name: string, error = 0): { readonly path: string; readonly asked: () => string } {
  const [path, log] = [join(folder, name), join(folder, `${name}.log`)];
  writeFileSync(log, '');
  const environment = `LD_PRELOAD=${shim} IOCTL_LOG=${log} IOCTL_ERROR=${error === 0 ? '' : error}`;
  writeFileSync(path, `#!/bin/sh\nexec env ${environment} ${program}\n`);
  chmodSync(path, 0o755);
  return { path, asked: () => readFileSync(log, 'utf8') };
}

function plug(copier: string) {
  const node = new PipeNode();
  const presence = new Heard<Presence>();
  const keys = new Heard<Key>();
  const clock = new SystemClock();
  const keypad = new EvdevKeypad({ path: node.path, clock, wordBits: 64, copier, onPresence: presence.hear });
  keypad.subscribe(keys.hear);
  const dispose = async (): Promise<void> => {
    await keypad.close();
    node.remove();
  };
  return { node, presence, keys, dispose };
}

grab.before(() => {
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', join(PROJECT, 'deploy/input/till-grab.c'), '-o', program]);
  execFileSync('cc', ['-shared', '-fPIC', '-O2', join(PROJECT, 'test/deploy/input-device-shim.c'), '-o', shim]);
});
grab.after(() => rmSync(folder, { recursive: true, force: true }));

grab('keys come through it, and the device is kept for the terminal', async () => {
  const kernel = onInputDevice('keypad');
  const { node, keys, dispose } = plug(kernel.path);
  node.send(keyBytes(3));
  node.send(keyBytes(28));
  assert.equal(await keys.until(2), ['2', 'enter']);
  assert.is(kernel.asked(), KEPT);
  await dispose();
});

grab('a device that another program keeps is named as one in use', async () => {
  const kernel = onInputDevice('busy', constants.errno.EBUSY);
  const { node, presence, dispose } = plug(kernel.path);
  const [, last] = await presence.until(2);
  await dispose();
  assert.is(last?.why, `${node.path} is in use by another program: stop that program`);
});

grab('what is no input device is not copied', () => {
  const ended = spawnSync(program, { input: 'a line', encoding: 'utf8' });
  assert.is(ended.status, 1);
  assert.is(ended.stdout, '');
  assert.match(ended.stderr, 'till-grab: this device cannot be kept for the terminal: ');
});

grab('it ends when the terminal no longer reads', () => {
  const kernel = onInputDevice('gone');
  const ended = spawnSync('sh', ['-c', `yes | ${kernel.path} | head -c 10`], { encoding: 'utf8' });
  assert.is(ended.stdout, 'y\ny\ny\ny\ny\n');
});

grab.run();
