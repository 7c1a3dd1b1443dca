import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScreenName } from '../../domain/screen.ts';
import { runSession } from '../support/session-run.ts';

// The short run of `npm run sessions`: random keys and scans while network, power, paper and sound come and go.

const test = suite('sessions/random-sessions');
const SEED = 1;
const SESSIONS = 50;
/** So many different screens must have been met: otherwise the run proved little about the ways home. */
const SCREENS_MIN = 24;

test('from every screen of a random session cancel or time leads home, no chart crashes and every money rule holds', async () => {
  const seen = new Set<ScreenName>();
  for (let session = 0; session < SESSIONS; session += 1) {
    const report = await runSession(`${SEED}/${session}`);
    assert.equal(report.broken, [], `session ${report.seed}\n${report.story.join('\n')}`);
    for (const name of report.seen) seen.add(name);
  }
  assert.ok(seen.size >= SCREENS_MIN, `only met ${[...seen].join(', ')}`);
});

test.run();
