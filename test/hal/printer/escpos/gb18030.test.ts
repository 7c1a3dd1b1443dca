import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeGb18030 } from '../../../../hal/printer/escpos/gb18030.ts';

const gb18030 = suite('hal/printer/escpos/gb18030');
const decode = (bytes: Uint8Array): string => new TextDecoder('gb18030').decode(bytes);

gb18030('known codes of the standard', () => {
  assert.equal(
    [...encodeGb18030('微信支付￥·€')],
    [0xce, 0xa2, 0xd0, 0xc5, 0xd6, 0xa7, 0xb8, 0xb6, 0xa3, 0xa4, 0xa1, 0xa4, 0xa2, 0xe3],
  );
  assert.equal([...encodeGb18030('A~ 9')], [0x41, 0x7e, 0x20, 0x39]);
  assert.equal([...encodeGb18030('　')], [0xa1, 0xa1]);
});

gb18030(
  'every Chinese character and mark, and samples of all others, come back as they were, but for three rare ones',
  () => {
    const lost: string[] = [];
    for (let code = 0x20; code <= 0xffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      // The four-byte search is slow by design; outside Chinese and punctuation every 13th character is enough.
      if (
        !(
          code < 0x400 ||
          (code >= 0x2000 && code < 0x2700) ||
          (code >= 0x3000 && code < 0x3400) ||
          (code >= 0x4e00 && code < 0xa000) ||
          code >= 0xff00
        ) &&
        code % 13 !== 0
      )
        continue;
      const character = String.fromCharCode(code);
      if (decode(encodeGb18030(character)) !== character) lost.push(code.toString(16));
    }
    // The standard moved 18 codes between its editions, decoders differ there; they become a question mark.
    assert.equal(lost, ['1e44', 'e790', 'e82c']);
    for (const character of ['😀', '𠮷', '\u{10ffff}']) assert.is(decode(encodeGb18030(character)), character);
  },
);

gb18030('mixed text comes back whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab 12元微信支付宝，。·é€😀') }), (text) =>
      assert.is(decode(encodeGb18030(text)), text),
    ),
  );
});

gb18030.run();
