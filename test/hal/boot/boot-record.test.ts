import { causeFor } from '../../../domain/upgrade-trouble.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confirmed, nextStart, rolledBack, type BootState, type SlotName } from '../../../domain/boot-state.ts';
import { BootRecord } from '../../../hal/boot/boot-record.ts';
import type { ReleaseFile } from '../../../hal/boot/contract.ts';
import { SlotFolders } from '../../../hal/boot/slot-folders.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';

const test = suite('hal/boot/boot-record');

const FOLDER = '/upgrade';
const ATTEMPTS = 3;
const text = (words: string): Uint8Array => Buffer.from(words, 'utf8');

const filesOf = (version: string): readonly ReleaseFile[] => [
  { path: 'till-terminal.cjs', bytes: text(`program ${version}`.repeat(200)) },
  { path: 'clips/zh-cn/a.wav', bytes: text(`clip ${version}`) },
];

const releaseOf = (version: string) => ({ version, release: version, rollbackIndex: 1, entry: 'till-terminal.cjs' });

const open = (disk: SimulatedDisk) => ({
  record: new BootRecord({ disk, folder: FOLDER }),
  slots: new SlotFolders({ disk, folder: FOLDER }),
});

/** A box that runs release 1 from slot a. */
function delivered(): SimulatedDisk {
  const disk = new SimulatedDisk();
  const { record, slots } = open(disk);
  slots.install('a', releaseOf('1'), filesOf('1'));
  slots.install('b', releaseOf('0'), [{ path: 'till-terminal.cjs', bytes: text('program 0') }]);
  record.write({ active: 'a', trial: null, rolledBack: null, failed: [] });
  return disk;
}

const trialOf = (state: BootState): BootState => ({
  ...state,
  trial: {
    slot: 'b',
    release: '2',
    version: '2',
    boots: 0,
    attempts: ATTEMPTS,
    deadlineMs: 1000,
    provesGateway: true,
  },
});

/** What the launcher does at a start; the slot's program, as it would run. */
function start(disk: SimulatedDisk): { slot: SlotName; program: string } {
  const { record, slots } = open(disk);
  const next = nextStart(record.read(), (slot) => slots.installed(slot) !== null);
  assert.ok(next !== null, 'nothing could be started');
  if (next.record !== null) record.write(next.record);
  const program = Buffer.from(disk.read(`${slots.folderOf(next.slot)}/till-terminal.cjs`)).toString('utf8');
  return { slot: next.slot, program };
}

const standing = (disk: SimulatedDisk): BootState => {
  const state = open(disk).record.read();
  assert.ok(state !== null);
  return state;
};

/** An upgrade from its staging to the confirmation, with the start between. */
function upgrade(disk: SimulatedDisk, end: (state: BootState) => BootState): void {
  const { record, slots } = open(disk);
  slots.install('b', releaseOf('2'), filesOf('2'));
  record.write(trialOf(standing(disk)));
  start(disk);
  record.write(end(standing(disk)));
}

for (const [words, end] of [
  ['confirmed', confirmed],
  ['rolled back', (state: BootState) => rolledBack(state, causeFor('gateway', 'self-test'))],
] as const) {
  test(`whatever call of an upgrade that is ${words} the power goes in, a whole release starts`, () => {
    const whole = delivered();
    const before = whole.calls;
    upgrade(whole, end);
    const calls = whole.calls - before;
    assert.ok(calls > 20, `${calls} calls`);
    for (let at = 1; at <= calls; at++) {
      for (const seed of [1, 2, 3]) {
        const disk = delivered();
        disk.losePowerAt(at);
        assert.throws(() => upgrade(disk, end));
        disk.powerCut(new SeededRandom(seed * 1000 + at));
        const { slot, program } = start(disk);
        const version = slot === 'a' ? '1' : '2';
        assert.is(program, `program ${version}`.repeat(200), `cut ${at}, seed ${seed}`);
      }
    }
  });
}

test('a trial gets its starts and no more, then the earlier release runs and knows why', () => {
  const disk = delivered();
  open(disk).slots.install('b', releaseOf('2'), filesOf('2'));
  open(disk).record.write(trialOf(standing(disk)));
  for (let boot = 1; boot <= ATTEMPTS; boot++) {
    assert.is(start(disk).slot, 'b');
    assert.is(standing(disk).trial?.boots, boot);
  }
  assert.is(start(disk).slot, 'a');
  assert.equal(standing(disk), {
    active: 'a',
    trial: null,
    rolledBack: { release: '2', version: '2', reason: 'did-not-start', why: 'not confirmed after 3 starts' },
    failed: ['2'],
  });
  assert.is(start(disk).slot, 'a', 'and stays there');
});

test('a trial whose files are not whole is rolled back without a start', () => {
  const disk = delivered();
  open(disk).slots.install('b', releaseOf('2'), filesOf('2'));
  open(disk).record.write(trialOf(standing(disk)));
  disk.remove(`${FOLDER}/slots/b/clips/zh-cn/a.wav`);
  assert.is(start(disk).slot, 'a');
  assert.is(standing(disk).rolledBack?.why, 'its files are not whole');
});

test('a damaged record, and one of another shape, lead to a whole slot and a new record', () => {
  const disk = delivered();
  disk.damage(`${FOLDER}/boot`, 70);
  assert.is(open(disk).record.read(), null);
  assert.is(start(disk).slot, 'a');
  assert.is(standing(disk).active, 'a');
});

test('when the confirmed slot is not whole, the other one starts', () => {
  const disk = delivered();
  disk.remove(`${FOLDER}/slots/a/till-terminal.cjs`);
  assert.equal(start(disk), { slot: 'b', program: 'program 0' });
  assert.is(standing(disk).active, 'b');
});

test('without a whole slot nothing starts, and nothing is written', () => {
  const disk = new SimulatedDisk();
  const { record, slots } = open(disk);
  assert.is(
    nextStart(record.read(), (slot) => slots.installed(slot) !== null),
    null,
  );
});

test('a record that cannot be written leaves the earlier one', () => {
  const disk = delivered();
  const before = standing(disk);
  disk.inject({ call: 'write', nth: 1, code: 'ENOSPC' });
  assert.throws(() => open(disk).record.write(trialOf(before)), /ENOSPC/);
  assert.equal(standing(disk), before);
});

test('the record of an earlier release, which told no code, is read with its words', () => {
  const disk = delivered();
  const { record } = open(disk);
  const { reason: _reason, ...gone } = { release: '2', version: '2', reason: null, why: 'self-test' };
  record.write({ active: 'a', trial: null, failed: ['2'], rolledBack: gone as BootState['rolledBack'] });
  assert.equal(record.read()?.rolledBack, { ...gone, reason: null });
});

test('the eighth failed release is remembered, and the oldest beyond them forgotten', () => {
  let state: BootState = { active: 'a', trial: null, rolledBack: null, failed: [] };
  for (let release = 0; release < 10; release++) {
    const limits = { boots: 1, attempts: 1, deadlineMs: 1, provesGateway: false };
    const trial = { slot: 'b', release: String(release), version: '', ...limits } as const;
    state = rolledBack({ ...state, trial }, causeFor('gateway', 'x'));
  }
  assert.equal(state.failed, ['2', '3', '4', '5', '6', '7', '8', '9']);
});

test.run();
