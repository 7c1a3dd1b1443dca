import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { acceptanceReport, type ReportLine } from '../../../scripts/acceptance/report.ts';
import { reportText } from '../../../scripts/acceptance/report-text.ts';
import type { ScenarioOutcome } from '../../../scripts/acceptance/run-scenarios.ts';
import type { TableRow } from '../../../scripts/acceptance/table.ts';

const test = suite('scripts/acceptance/report');

const TABLE: readonly TableRow[] = [
  { id: 'A1', words: 'once is enough', spread: 'once' },
  { id: 'C6', words: 'on Alipay', spread: 'alipay × profiles' },
  { id: 'C8', words: 'on both', spread: 'platforms' },
  { id: 'A7', words: 'still to come', spread: 'once', withoutScenario: 'not built yet' },
];

const outcome = (name: string, problem: string | null = null): ScenarioOutcome => ({
  group: 'a file',
  name,
  seconds: 1.5,
  problem,
});

const WHOLE = [
  outcome('A1 a scenario'),
  outcome('C6 alipay under mixed: one'),
  outcome('C6 alipay under since2018: one'),
  outcome('C6 alipay under until2018: one'),
  outcome('C8 both platforms: one'),
];

const cellsOf = (lines: readonly ReportLine[], row: string): string[] =>
  lines
    .filter((line) => line.row === row)
    .map(({ platform, profile, result }) => [platform ?? '-', profile ?? '-', result].join(' '));

test('every row is a line for each platform and numbering that it depends on', () => {
  const report = acceptanceReport(TABLE, WHOLE);
  assert.equal(cellsOf(report.lines, 'A1'), ['- - passed']);
  assert.equal(cellsOf(report.lines, 'C6'), [
    'alipay mixed passed',
    'alipay since2018 passed',
    'alipay until2018 passed',
  ]);
  assert.equal(cellsOf(report.lines, 'C8'), ['wechat - passed', 'alipay - passed']);
  assert.equal(cellsOf(report.lines, 'A7'), ['- - no scenario']);
  assert.ok(report.passed);
});

test('a row that no scenario shows on one platform or numbering fails', () => {
  const report = acceptanceReport(
    TABLE,
    WHOLE.filter(({ name }) => !name.includes('since2018')),
  );
  assert.equal(cellsOf(report.lines, 'C6')[1], 'alipay since2018 not shown');
  assert.not.ok(report.passed);
  assert.match(reportText(report), /FAILED: 2 rows hold, 1 fail \(C6\); A7: not built yet/);
});

test('a failed scenario fails each of its rows, and the table says what failed', () => {
  const broken = outcome('A1 C8 wechat: a story', 'expected paid\nand more');
  const report = acceptanceReport(TABLE, [...WHOLE, broken]);
  assert.equal(cellsOf(report.lines, 'A1'), ['- - failed']);
  assert.equal(cellsOf(report.lines, 'C8'), ['wechat - failed', 'alipay - passed']);
  assert.not.ok(report.passed);
  const text = reportText(report);
  assert.match(text, / +wechat +FAILED +3\.0 +2 +A1 C8 wechat: a story: expected paid\n/);
  assert.not.match(text, /and more/);
});

test('a scenario beyond the table that fails is named and fails the run', () => {
  const report = acceptanceReport(TABLE, [...WHOLE, outcome('M9 a guard', 'charged twice')]);
  assert.not.ok(report.passed);
  assert.equal(report.beyond, { scenarios: 1, failed: ['M9 a guard: charged twice'] });
  assert.match(reportText(report), /Beyond the table: 1 scenarios, 1 failed\n +M9 a guard: charged twice/);
});

test('a filter leaves one row, judged alone', () => {
  const report = acceptanceReport(TABLE, [...WHOLE, outcome('M9 a guard', 'charged twice')], 'C8');
  assert.equal(cellsOf(report.lines, 'C8'), ['wechat - passed', 'alipay - passed']);
  assert.is(report.lines.length, 2);
  assert.ok(report.passed);
});

test('a row that was still to come is judged by its scenarios as soon as there are some', () => {
  const report = acceptanceReport(TABLE, [...WHOLE, outcome('A7 from a stick', 'no stick')]);
  assert.equal(cellsOf(report.lines, 'A7'), ['- - failed']);
  assert.not.ok(report.passed);
});

test.run();
