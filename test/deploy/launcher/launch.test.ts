import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BootState, SlotName } from '../../../domain/boot-state.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../../hal/boot/slot-folders.ts';
import { NodeDisk } from '../../../hal/disk/node-disk.ts';

const test = suite<{ folder: string }>('deploy/launcher/launch');

const LAUNCHER = new URL('../../../deploy/launcher/launch.ts', import.meta.url).pathname;
const disk = new NodeDisk();

test.before.each((world) => {
  world.folder = mkdtempSync(join(tmpdir(), 'till-launch-'));
});
test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

const install = (folder: string, slot: SlotName, program: string): void =>
  new SlotFolders({ disk, folder }).install(
    slot,
    { version: slot, release: slot, rollbackIndex: 1, entry: 'main.cjs' },
    [{ path: 'main.cjs', bytes: Buffer.from(program, 'utf8') }],
  );

const record = (folder: string): BootRecord => new BootRecord({ disk, folder });

const putOnTrial = (folder: string, deadlineMs = 600_000): void =>
  record(folder).write({
    active: 'a',
    trial: { slot: 'b', release: 'b', version: 'b', boots: 0, attempts: 2, deadlineMs, provesGateway: true },
    rolledBack: null,
    failed: [],
  });

interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly complained: string;
}

function launch(folder: string, words: readonly string[] = [], onOutput?: (stop: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, [LAUNCHER, folder, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    onOutput?.(() => child.kill('SIGTERM'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said, complained })));
}

const SAY_SLOT = 'process.stdout.write(process.env.TILL_SLOT + " ");';

test('the release of the active slot gets the options, and its exit code is the launcher’s', async ({ folder }) => {
  install(folder, 'a', `${SAY_SLOT} process.stdout.write(process.argv.slice(2).join()); process.exitCode = 70;`);
  const { code, said } = await launch(folder, ['--profile', 'headless']);
  assert.is(code, 70);
  assert.is(said, 'a --profile,headless');
  assert.is(record(folder).read()?.active, 'a', 'the first start writes the record');
});

test('a release that asks to be started again is', async ({ folder }) => {
  const mark = join(folder, 'mark');
  const fs = 'require("node:fs")';
  const once = `if (${fs}.existsSync(${JSON.stringify(mark)})) process.exitCode = 0; else { ${fs}.writeFileSync(${JSON.stringify(mark)}, ""); process.exitCode = 75; }`;
  install(folder, 'a', SAY_SLOT + once);
  const { code, said } = await launch(folder);
  assert.is(code, 0);
  assert.is(said, 'a a ');
});

test('a release on trial that does not start is given up after its starts, and the earlier one runs', async ({
  folder,
}) => {
  install(folder, 'a', SAY_SLOT);
  install(folder, 'b', `${SAY_SLOT} throw new Error("broken");`);
  putOnTrial(folder);
  const { code, said } = await launch(folder);
  assert.is(code, 0);
  assert.is(said, 'b b a ');
  const state = record(folder).read() as BootState;
  assert.is(state.trial, null);
  assert.is(state.rolledBack?.version, 'b');
});

test('a release on trial that hangs is ended at its deadline', async ({ folder }) => {
  install(folder, 'a', SAY_SLOT);
  install(folder, 'b', 'setInterval(() => undefined, 1000);');
  putOnTrial(folder, 300);
  const { code, said, complained } = await launch(folder);
  assert.is(code, 0);
  assert.is(said, 'a ');
  assert.match(complained, /slot b was not confirmed in time/);
});

test('a stop is passed on, and nothing is started again', async ({ folder }) => {
  install(folder, 'a', `process.on("SIGTERM", () => process.exit(0)); ${SAY_SLOT} setInterval(() => undefined, 1000);`);
  const { code, said } = await launch(folder, [], (stop) => stop());
  assert.is(code, 0);
  assert.is(said, 'a ');
});

test('a box that was never upgraded starts the release of its package from slot a, with the flags it was given', async ({
  folder,
}) => {
  const packaged = join(folder, 'package');
  mkdirSync(join(packaged, 'clips'), { recursive: true });
  const program = `${SAY_SLOT} process.stdout.write(process.execArgv.join() + require("node:fs").readFileSync(__dirname + "/clips/a.txt", "utf8"));`;
  writeFileSync(join(packaged, 'till-terminal.cjs'), program);
  writeFileSync(join(packaged, 'clips/a.txt'), ' voice');
  writeFileSync(join(packaged, 'release.json'), '{"version":"1.2.3","rollbackIndex":4}');
  const box = join(folder, 'box');
  mkdirSync(box);
  const words = ['--max-semi-space-size=1', LAUNCHER, `--packaged=${packaged}`, box];
  const { stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.is(status, 0);
  assert.is(stdout, 'a --max-semi-space-size=1 voice');
  const { files, ...installed } = new SlotFolders({ disk, folder: box }).installed('a') ?? { files: [] };
  assert.equal(installed, { version: '1.2.3', rollbackIndex: 4, release: null, entry: 'till-terminal.cjs' });
  assert.equal([...files].toSorted(), ['clips/a.txt', 'till-terminal.cjs']);
  // Installed slots win over the package from then on.
  writeFileSync(join(packaged, 'till-terminal.cjs'), 'process.exitCode = 9;');
  assert.is(spawnSync(process.execPath, words).status, 0);
});

test('an empty folder says what to do', async ({ folder }) => {
  writeFileSync(join(folder, 'boot'), 'no record');
  const { code, complained } = await launch(folder);
  assert.is(code, 72);
  assert.match(complained, /neither slot of .* holds a whole release/);
});

test.run();
