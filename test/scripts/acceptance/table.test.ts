import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenarios } from '../../../scripts/acceptance.ts';
import { acceptanceReport } from '../../../scripts/acceptance/report.ts';
import { readScenarioName } from '../../../scripts/acceptance/scenario-name.ts';
import { ACCEPTANCE_TABLE } from '../../../scripts/acceptance/table.ts';

const test = suite('scripts/acceptance/table');

const groups = await loadScenarios();
const names = groups.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));

test('every row of the table has a scenario on every platform and numbering that it depends on', () => {
  assert.ok(names.length > 200, `${names.length} scenarios`);
  const report = acceptanceReport(
    ACCEPTANCE_TABLE,
    names.map((name) => ({ group: '', name, seconds: 0, problem: null })),
  );
  const missing = report.lines.filter(({ result }) => result === 'not shown');
  assert.equal(
    missing.map(({ row, platform, profile }) => [row, platform, profile]),
    [],
  );
  const without = report.lines.filter(({ result }) => result === 'no scenario').map(({ row }) => row);
  assert.ok(without.length <= 2, without.join());
});

test('no scenario names a row that the table does not have, and no two of a file have one name', () => {
  const known = [
    ...['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'A11', 'A12', 'A13'],
    ...['B1', 'B2', 'B3', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8'],
  ];
  assert.equal(
    ACCEPTANCE_TABLE.map(({ id }) => id),
    known,
  );
  const unknown = names.filter((name) => readScenarioName(name).rows.some((row) => !known.includes(row)));
  assert.equal(unknown, []);
  for (const { name, scenarios } of groups)
    assert.is(new Set(scenarios.map((one) => one.name)).size, scenarios.length, name);
});

test('a name says its rows, its platforms and its numbering', () => {
  assert.equal(readScenarioName('A3 C2 wechat under since2018: the password'), {
    rows: ['A3', 'C2'],
    platforms: ['wechat'],
    profile: 'since2018',
  });
  assert.equal(readScenarioName('A8 M2 alipay: host-dies after wechat'), {
    rows: ['A8'],
    platforms: ['alipay'],
    profile: null,
  });
  assert.equal(readScenarioName('A3 C3 under mixed: lost: both platforms end well'), {
    rows: ['A3', 'C3'],
    platforms: ['wechat', 'alipay'],
    profile: 'mixed',
  });
  assert.equal(readScenarioName('A shop’s own barcode is named'), { rows: [], platforms: [], profile: null });
});

test.run();
