import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DOWN_FAMILIES, UP_FAMILIES } from '../../fleet/contract/topics.ts';
import { fleetContractDocument } from '../../scripts/fleet-contract-document.ts';

const reference = suite('scripts/fleet-contract-document');

const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

reference('the reference in the docs is the contract of the code (npm run fleet-contract writes it)', () => {
  const written = readFileSync(new URL('../../docs/fleet-contract.asyncapi.json', import.meta.url), 'utf8');
  assert.equal(JSON.parse(written), plain(fleetContractDocument()));
});

reference('every reference inside the document leads somewhere, and every family is there', () => {
  const document = plain(fleetContractDocument());
  const lookUp = (path: string): unknown =>
    path
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#\/[^"]+)"/g)].map(([, path]) => path ?? '');
  assert.ok(references.length >= 3 * (UP_FAMILIES.length + DOWN_FAMILIES.length));
  for (const path of references) assert.is.not(lookUp(path), undefined, path);
  const { channels } = document as { channels: Record<string, { address: string }> };
  assert.equal(
    Object.values(channels).map(({ address }) => address),
    [...UP_FAMILIES, ...DOWN_FAMILIES].map((family) => `f/v1/{tid}/${family}`),
  );
});

reference.run();
