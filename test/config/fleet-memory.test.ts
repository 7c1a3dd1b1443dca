import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openFleetMemory, type RememberedCommand } from '../../config/fleet-memory.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';

const test = suite('config/fleet-memory');

const open = (disk: SimulatedDisk) => openFleetMemory({ disk, folder: '/data/fleet' });
const command = (n: number, res: RememberedCommand['res'] = null): RememberedCommand => ({
  id: `${n}`.padStart(64, '0'),
  op: 'volume',
  n: 2,
  st: 'done',
  why: 'w'.repeat(120),
  res,
});

test('what was saved is there after a restart, and each save leaves the rest as it was', async () => {
  const disk = new SimulatedDisk();
  const memory = await open(disk);
  assert.equal(memory.current().commands, []);
  await memory.save({ acknowledged: { e: 'e1', s: 7 } });
  await memory.save({ commands: [command(1, { percent: 3 })] });
  const again = (await open(disk)).current();
  assert.equal(again.acknowledged, { e: 'e1', s: 7 });
  assert.equal(again.commands, [command(1, { percent: 3 })]);
});

test('it keeps 256 commands at their longest, the newest ones, whatever their results weigh', async () => {
  const disk = new SimulatedDisk();
  const memory = await open(disk);
  await memory.save({ commands: Array.from({ length: 400 }, (_, n) => command(n, { text: 'r'.repeat(300) })) });
  const { commands } = (await open(disk)).current();
  assert.ok(commands.length >= 224 && commands.length <= 256, `${commands.length}`);
  assert.is(commands.at(-1)?.id, command(399).id);
});

test('a damaged memory is begun anew with a warning: payments go on', async () => {
  const disk = new SimulatedDisk();
  await (await open(disk)).save({ acknowledged: { e: 'e1', s: 7 } });
  for (const name of disk.list('/data/fleet')) {
    const file = disk.open(`/data/fleet/${name}`);
    file.write(Buffer.from('garbage'), 0);
    file.close();
  }
  const memory = await open(disk);
  assert.is(memory.current().acknowledged, null);
  assert.match(memory.warnings.join(), /damaged/);
  await memory.save({ acknowledged: { e: 'e2', s: 1 } });
  assert.equal((await open(disk)).current().acknowledged, { e: 'e2', s: 1 });
});

test.run();
