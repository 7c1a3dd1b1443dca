import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSupervision } from '../support/supervision-run.ts';

// The short run of `npm run supervision`.

const test = suite('supervision/kills');
const SEED = 1;
/** More by far than the charts that a sale alone starts: the list is read from the running actors. */
const STATES_MIN = 150;

test('every chart is killed in each of its states: no rule breaks, it is back without a restart, and the work goes on', async () => {
  const { broken, story, kills } = await runSupervision({ seed: SEED, times: 1 });
  assert.equal(broken, [], story.join('\n'));
  const counts = Object.values(kills);
  assert.ok(counts.length >= STATES_MIN, `only ${counts.length} states are known`);
  assert.ok(counts.every((count) => count >= 1));
});

test.run();
