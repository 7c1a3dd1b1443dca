import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asClerk } from '../../actors/as-clerk.ts';

const test = suite('actors/as-clerk');

/** A gateway that answers only whom it knows. */
function gateway(knownClerk: string) {
  const asked: (string | null)[] = [];
  const ask = async (staffId: string | null) => {
    asked.push(staffId);
    return staffId === null || staffId === knownClerk ? { kind: 'order' as const } : { kind: 'refused' as const };
  };
  return { asked, ask };
}

test('M4 an order of a clerk whom the gateway does not know is asked for without the clerk, and its truth is found', async () => {
  const { asked, ask } = gateway('1001');
  assert.is((await asClerk('4711', ask)).kind, 'order');
  assert.equal(asked, ['4711', null]);
});

test('a known clerk asks once, and so does nobody', async () => {
  const { asked, ask } = gateway('1001');
  await asClerk('1001', ask);
  await asClerk(null, ask);
  assert.equal(asked, ['1001', null]);
});

test('a refusal that stands without a clerk too is passed on', async () => {
  const refused = { kind: 'refused' as const };
  assert.is(await asClerk('1001', async () => refused), refused);
});

test.run();
