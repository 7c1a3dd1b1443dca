import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FlowView } from '../../../domain/screens/flow-view.ts';
import { screenOf } from '../../../domain/screens/screen-of.ts';
import { everyFlowView, sampleRow } from '../../support/sample-flow-views.ts';

const test = suite('domain/screens/flow-painters');

/** Half-width columns: a Chinese character takes two. */
const columnsOf = (line: string): number =>
  [...line].reduce((sum, character) => sum + (/[ -~¥]/.test(character) ? 1 : 2), 0);

const COLUMNS = 32;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`no line of a flow is wider than the slip and the large screen, and none is empty (${locale})`, () => {
    for (const view of everyFlowView()) {
      const { lines, name } = screenOf(view, locale);
      assert.ok(lines.length > 0, name);
      // A number of 24 digits keeps its own line, which every screen breaks in one place only.
      for (const line of lines.filter((text) => !/\d{24}/.test(text))) {
        assert.ok(columnsOf(line) <= COLUMNS, `${name}: ${line} has ${columnsOf(line)} columns`);
        assert.not.match(line, /undefined|null|NaN|\[object/);
      }
    }
  });
}

test('a long list of staff ends in a word on the rest', () => {
  const view = everyFlowView().find(({ name }) => name === 'shift');
  assert.ok(view !== undefined && 'totals' in view);
  const { lines } = screenOf({ ...view, stage: 'open' } as FlowView, 'zh-CN');
  assert.ok(lines.includes('另有2位店员，见凭条'), String(lines));
});

test('the chosen row names its order for scripts, and an open payment is marked', () => {
  const rows = [sampleRow(), sampleRow({ order: '01009999000000000000000002', state: 'unresolved', amountFen: 250 })];
  const list = { name: 'journal', shows: 'list', filter: 'all', page: 1, hasMore: false, stage: 'ready' } as const;
  const screen = screenOf({ ...list, rows, selected: 1 }, 'zh-CN');
  assert.is(screen.order, '01009999000000000000000002');
  assert.is(screen.amountFen, 250);
  assert.is(screen.lines[2], '▶12-31 23:59 收? ¥2.50');
});

test.run();
