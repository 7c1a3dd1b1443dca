import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MUTANTS } from '../../../simulator/mutants/catalogue.ts';
import { hunt } from '../../../simulator/mutants/hunt.ts';
import { mutated } from '../../../simulator/mutants/plant.ts';

const mutants = suite('simulator/mutants');
const PROJECT = new URL('../../../', import.meta.url);

/** Found within a few payments each; `npm run mutants` hunts them all. */
const QUICK = ['voice-names-another-amount', 'waiting-is-paid', 'counter-rolls-back', 'lost-goes-to-the-next-domain'];

mutants('every planted bug has a name of its own and a rule, and finds its text in the product exactly once', () => {
  assert.ok(MUTANTS.length >= 20);
  assert.is(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  for (const { name, rule, edits, within } of MUTANTS) {
    assert.match(name, /^[a-z]+(-[a-z]+)+$/);
    assert.match(rule, /^M([1-9]|10)$/);
    assert.ok(within > 0 && edits.length > 0, name);
    for (const edit of edits) {
      const source = readFileSync(new URL(edit.file, PROJECT), 'utf8');
      assert.is.not(mutated(source, edit, name), source, `${name} changes nothing in ${edit.file}`);
    }
  }
});

mutants(
  'a text that is gone or stands twice is an error that names file and mutant, not a mutant that changes nothing',
  () => {
    const edit = { file: 'domain/fen.ts', text: 'one', replacement: 'two' };
    assert.throws(() => mutated('none', { ...edit, text: 'any' }, 'm-1'), /m-1 .*domain\/fen\.ts not at all/);
    assert.throws(() => mutated('one and one', edit, 'm-2'), /m-2 .* 2 times/);
    assert.is(mutated('one', edit, 'm-3'), 'two');
  },
);

for (const name of QUICK) {
  mutants(`the world finds ${name}`, async () => {
    const mutant = MUTANTS.find((one) => one.name === name);
    if (mutant === undefined) return assert.unreachable(`there is no mutant ${name}`);
    const { found, payments, story } = await hunt({ mutant, seed: 'mutants', payments: mutant.within });
    assert.is.not(found, null, `${name} escaped: nothing broke in ${payments} payments`);
    assert.ok(story.some((line) => line.includes('BROKEN')));
  });
}

mutants.run();
