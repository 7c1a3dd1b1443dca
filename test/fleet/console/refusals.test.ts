import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalIn } from '../../../fleet/console/words/refusals.ts';

const refusals = suite('fleet/console/words/refusals');
const FOLDERS = ['fleet/service/api', 'fleet/service/campaigns'];

/** Every code that the service's own text gives a refusal. */
function codesOfTheService(): string[] {
  const texts = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const thrown = /(?:ApiProblem\(\d+, |CampaignRefusal\(|problem\()\s*'([a-z-]+)'/g;
  return [...new Set(texts.flatMap((text) => [...text.matchAll(thrown)].map(([, code]) => code ?? '')))];
}

refusals('whatever the service refuses with has a sentence in Chinese', () => {
  const codes = codesOfTheService();
  assert.ok(codes.length > 15, `${codes.length} codes`);
  const message = 'the service’s own words';
  assert.equal(
    codes.filter((code) => !/^\p{Script=Han}/u.test(refusalIn('zh', { code, message }))),
    [],
  );
});

refusals('what only the service knows stays in the sentence, and English is its own', () => {
  const refused = { code: 'bad-request', message: 'name: at most 64 characters' };
  assert.is(refusalIn('zh', refused), '内容有误：name: at most 64 characters');
  assert.is(refusalIn('en', refused), refused.message);
});

refusals('a code of a later service is told in its own words', () => {
  assert.is(refusalIn('zh', { code: 'of-tomorrow', message: 'not on Mondays' }), 'not on Mondays');
});

refusals.run();
