import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSupervision } from '../support/supervision-run.ts';

// The short run of `npm run supervision`: every supervised chart is killed in every state it is met in, while the shop sells on.

const test = suite('supervision/kills');
const SEED = 1;
const QUOTA = 6;
const SALES = 120;

/** Where a kill hurts most: between a request and its answer, a verdict and its record, a record and its telling. */
const TELLING_PLACES = [
  'announcer recording',
  'announcer speaking',
  'cashier following',
  'cashier idle',
  'domainFailover watching',
  'payment inWindow.passwordEntry',
  'payment inWindow.pausing',
  'payment inWindow.querying',
  'payment inWindow.submitting',
  'payment recordingResult',
  'payment unresolved.resting',
  'printSpooler blocked',
  'printSpooler printing',
];

test('a shop whose charts are killed in every state sells on and tells the truth of every payment', async () => {
  const { broken, kills, sales } = await runSupervision({ seed: SEED, quota: QUOTA, salesMax: SALES });
  assert.equal(broken, []);
  assert.is(sales, SALES);
  for (const place of TELLING_PLACES) assert.ok((kills[place] ?? 0) >= 1, `${place} was never killed`);
});

test.run();
