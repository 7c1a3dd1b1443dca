import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runUnplugging, UNPLUGGED_PARTS } from '../support/unplug-run.ts';

const test = suite('supervision/unplug');
/** A payment has a dozen states and a refund more; which they are is read from the charts. */
const STATES_MIN = 24;

test('a part that is unplugged in any state of a payment or refund costs nothing, is named, and is used again', async () => {
  const { cases, broken, story } = await runUnplugging(1);
  assert.equal(broken, [], story.join('\n'));
  for (const part of UNPLUGGED_PARTS) {
    const places = new Set(cases.filter((one) => one.part === part).map(({ place }) => place));
    assert.ok(places.size >= STATES_MIN, `the ${part} was unplugged in ${places.size} states only`);
  }
});

test.run();
