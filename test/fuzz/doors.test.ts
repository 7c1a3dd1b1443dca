import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { everyDoor } from './doors.ts';
import { fuzz, type FuzzReport } from './door.ts';

// The short run of `npm run fuzz`: the same doors, seeds and oracle. A finding is repeated by its door and this seed.

const test = suite('fuzz/doors');
const EXECUTIONS = 2000;
const SEED = 20261122;
/** An input this many times slower than a usual one would be a way to stop the terminal from outside. */
const SLOWER_THAN_USUAL_MAX = 5000;

function story({ door, findings }: FuzzReport): string {
  return findings
    .map(({ execution, error, input }) => {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return `${door} at execution ${execution}: ${why}\n${Buffer.from(input).toString('base64').slice(0, 2000)}`;
    })
    .join('\n');
}

for (const door of await everyDoor()) {
  test(`the ${door.name} door lets nothing out but what is documented, whatever comes in`, async () => {
    const report = await fuzz(door, { executions: EXECUTIONS, random: new SeededRandom(`${SEED} ${door.name}`) });
    assert.is(report.findings.length, 0, story(report));
    assert.ok(report.slowestMs < Math.max(report.medianMs, 0.01) * SLOWER_THAN_USUAL_MAX, `${report.slowestMs} ms`);
  });
}

test('a door that trips over a doubled key, a deep value or a bad character is found', async () => {
  const corpus = [Buffer.from('{"status":0,"list":[1,{"a":"b"}]}')];
  const trips: readonly ((text: string) => boolean)[] = [
    (text) => text.split('"status"').length > 2,
    (text) => text.includes('[[[['),
    (text) => text.includes('\ufffd'),
    (text) => text.includes('"__proto__"'),
  ];
  for (const trip of trips) {
    const feed = (input: Uint8Array): void => {
      if (trip(Buffer.from(input).toString('utf8'))) throw new RangeError('tripped');
    };
    const report = await fuzz({ name: 'planted', corpus, feed }, { executions: 2000, random: new SeededRandom(SEED) });
    assert.ok(report.findings.length > 0);
  }
});

test.run();
