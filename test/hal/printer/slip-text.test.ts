import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pairColumns, printable, textColumns, wrapColumns } from '../../../hal/printer/column-text.ts';
import { renderSlipText } from '../../../hal/printer/slip-text.ts';
import { SAMPLE_ORDER, sampleSlips } from '../../support/sample-slips.ts';

const text = suite('hal/printer/slip-text');
const anyText = fc.string({ unit: fc.constantFrom(...'abc 12元收款，。é·', '😀', '\n', '\x1b'), maxLength: 80 });

text('no line of any slip is wider than the paper, in both languages and widths', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    for (const columns of [32, 48]) {
      for (const [name, slip] of Object.entries(sampleSlips(locale))) {
        for (const line of renderSlipText(slip, columns).split('\n'))
          assert.ok(textColumns(line) <= columns, `${name}: ${line}`);
      }
    }
  }
});

text('the order number stands whole on one line', () => {
  for (const columns of [32, 48]) assert.match(renderSlipText(sampleSlips('zh-CN').payment, columns), SAMPLE_ORDER);
});

text('wrapping keeps every character but spaces, and never overflows', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 4, max: 48 }), (line, columns) => {
      const lines = wrapColumns(line, columns);
      for (const wrapped of lines) assert.ok(textColumns(wrapped) <= columns, JSON.stringify([line, columns, lines]));
      assert.is(lines.join('').replaceAll(' ', ''), printable(line).replaceAll(' ', ''));
    }),
    { numRuns: 2000 },
  );
});

text('a closing mark does not open a line, a word is not cut, a long word is', () => {
  assert.equal(wrapColumns('一二三四。', 8), ['一二三', '四。']);
  assert.equal(wrapColumns('watch the money', 9), ['watch the', 'money']);
  assert.equal(wrapColumns(' aaa，', 4), [' aaa', '，'], 'word and mark together are wider than the paper');
  assert.equal(wrapColumns('123456789', 4), ['1234', '5678', '9']);
  assert.equal(wrapColumns('支付宝 退6笔 ¥7407.36', 16), ['支付宝 退6笔', '¥7407.36']);
  assert.equal(wrapColumns('退 -12笔 -¥1234.56', 12), ['退 -12笔', '-¥1234.56']);
});

text('label and value share a line when they fit, else the value goes below, right-aligned', () => {
  assert.equal(pairColumns('金额', '1.00元', 12), ['金额  1.00元']);
  assert.equal(pairColumns('订单号', '123456789', 12), ['订单号', '   123456789']);
  fc.assert(
    fc.property(anyText, anyText, (label, value) => {
      for (const line of pairColumns(label, value, 32)) assert.ok(textColumns(line) <= 32);
    }),
  );
});

text.run();
