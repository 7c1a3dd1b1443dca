import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

import { SCAN_TEXT_MAX, type Scanner } from '../../../hal/scanner/contract.ts';
import { Heard } from '../../support/device-node.ts';

/** A customer's code of WeChat Pay, and the configuration link of a terminal: digits alone, and every kind of sign. */
export const CODE = '134567890123456789';
export const LINK = 'https://pay.qcloud.com/cpay/get_device_config?ticket=Ab_12-x&v=1';

export interface ScannerUnderTest {
  readonly scanner: Scanner;
  /** Holds a code in front of it. */
  scan(text: string): void;
  /** Lets go of what stands for the device. */
  dispose(): Promise<void>;
}

/** What every scanner does, real or simulated. */
export function scannerContract(test: Test, name: string, open: () => Promise<ScannerUnderTest>): void {
  const onScanner = (what: string, run: (under: ScannerUnderTest) => Promise<void>): void =>
    test(`${name}: ${what}`, async () => {
      const under = await open();
      try {
        await run(under);
      } finally {
        await under.scanner.close();
        await under.dispose();
      }
    });

  onScanner('what it reads is told whole, in order and to every listener', async ({ scanner, scan }) => {
    const heard = new Heard<string>();
    const also = new Heard<string>();
    scanner.subscribe(heard.hear);
    scanner.subscribe(also.hear);
    for (const text of [CODE, LINK, CODE]) scan(text);
    assert.equal(await heard.until(3), [CODE, LINK, CODE]);
    assert.equal(await also.until(3), [CODE, LINK, CODE]);
  });

  onScanner('a read longer than any code is cut, so that it is named as unknown', async ({ scanner, scan }) => {
    const heard = new Heard<string>();
    scanner.subscribe(heard.hear);
    scan('1'.repeat(SCAN_TEXT_MAX + 5));
    scan(CODE);
    const [long, next] = await heard.until(2);
    assert.is(long?.length, SCAN_TEXT_MAX);
    assert.is(next, CODE);
  });

  onScanner('who has left hears nothing, and nobody does after close', async ({ scanner, scan }) => {
    const heard = new Heard<string>();
    const gone = new Heard<string>();
    scanner.subscribe(gone.hear)();
    scanner.subscribe(heard.hear);
    scan(CODE);
    await heard.until(1);
    await scanner.close();
    await scanner.close();
    scanner.subscribe(gone.hear);
    assert.equal(gone.items, []);
  });
}
