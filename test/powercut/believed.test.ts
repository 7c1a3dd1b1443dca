import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Believed, type AckLine, type Seen, type SettingsFacts } from '../../scripts/powercut/believed.ts';

const test = suite('powercut/believed');

const settings: SettingsFacts = {
  configuration: null,
  staff: null,
  volume: 80,
  locale: null,
  wifi: null,
  installation: 'one',
  boot: null,
};
const louder = { ...settings, volume: 90 };
const LIFE: readonly AckLine[] = [
  { is: 'key', mac: 'k1' },
  { is: 'settings-found', settings },
  { is: 'journal-found', facts: 0, boot: 1 },
  { is: 'facts-try', facts: ['a', 'b'], numbers: ['n1'] },
  { is: 'facts-done' },
  { is: 'settings-try', settings: louder },
  { is: 'facts-try', facts: ['c'], numbers: ['n2'] },
];

function believed(lines: readonly AckLine[] = LIFE): Believed {
  const made = new Believed(null);
  for (const line of lines) made.take(line);
  return made;
}

const whole: Seen = { mac: 'k1', settings, facts: ['a', 'b'], boot: 2, nextNumber: 'n3' };

test('everything acknowledged and nothing else is a clean cut', () => {
  assert.equal(believed().troubles(whole), []);
  assert.is(believed().acknowledged, 2);
});

test('what was under way may be there or not', () => {
  assert.equal(believed().troubles({ ...whole, facts: ['a', 'b', 'c'], settings: louder }), []);
  assert.equal(believed().troubles({ ...whole, nextNumber: 'n2' }), [], 'n2 never left the terminal');
});

test('each broken promise is named', () => {
  assert.equal(believed().troubles({ ...whole, facts: ['a'] }), ['1 acknowledged records of 2 are lost']);
  assert.equal(believed().troubles({ ...whole, facts: ['a', 'x'] }), ['record 1 is x']);
  assert.equal(believed().troubles({ ...whole, facts: ['a', 'b', 'c', 'd'] }), ['1 ghost records']);
  assert.equal(believed().troubles({ ...whole, mac: 'k2' }), ['the key is another one']);
  assert.equal(believed().troubles({ ...whole, boot: 1 }), ['boot 1 came after boot 1']);
  assert.equal(believed().troubles({ ...whole, nextNumber: 'n1' }), ['the number n1 would be used again']);
  const lost = believed([...LIFE, { is: 'settings-done' }]).troubles(whole);
  assert.is(lost.length, 1);
  assert.match(lost[0] ?? '', /^the settings are .*"volume":80.*, expected .*"volume":90/);
});

test('a killed life may leave its last append in part, and what the next one found is durable', () => {
  const next = believed([...LIFE, { is: 'journal-found', facts: 3, boot: 2 }]);
  assert.equal(next.strange, []);
  assert.is(next.acknowledged, 3);
  assert.equal(next.troubles({ ...whole, boot: 3 }).slice(0, 1), ['1 acknowledged records of 3 are lost']);
  const lost = believed([...LIFE, { is: 'journal-found', facts: 1, boot: 2 }]);
  assert.equal(lost.strange, ['a process life found 1 facts of 2 to 3']);
});

test('a shop on a disk that a cut left begins with what a reader saw there', () => {
  const next = new Believed({ seen: whole, usedNumbers: new Set(['n1']) });
  assert.equal(next.troubles(whole), []);
  assert.equal(next.troubles({ ...whole, facts: [], nextNumber: 'n1' }), [
    '2 acknowledged records of 2 are lost',
    'the number n1 would be used again',
  ]);
});

test.run();
