import type { Test } from 'uvu';
import type { Screen } from '../../../domain/screen.ts';
import type { ScreenDevice } from '../../../hal/screen/contract.ts';

export const IDLE: Screen = {
  name: 'idle',
  lines: ['老王便利店', '店员 1001', '打印机就绪'],
  order: null,
  amountFen: null,
};
export const PAID: Screen = {
  name: 'paid',
  lines: ['收款成功', '20.05元', '微信支付', '01000052000000183'],
  order: '01000052000000183',
  amountFen: 2005,
};
export const PAID_EN: Screen = { ...PAID, lines: ['Paid', '20.05 CNY', 'WeChat Pay', '01000052000000183'] };

/** What every display does, real or simulated. `shows` resolves when the words of the screen can be seen. */
export function screenContract(
  test: Test,
  name: string,
  screens: readonly Screen[],
  open: () => Promise<{ device: ScreenDevice; shows(screen: Screen): Promise<void>; dispose(): Promise<void> }>,
): void {
  test(`${name}: the screen shown last is the one that is seen`, async () => {
    const { device, shows, dispose } = await open();
    for (const screen of screens) device.show(screen);
    await shows(screens.at(-1) ?? PAID);
    for (const screen of screens) {
      device.show(screen);
      await shows(screen);
    }
    await device.close();
    await dispose();
  });

  test(`${name}: after close it shows nothing more, and closing it twice is once`, async () => {
    const { device, dispose } = await open();
    await device.close();
    await device.close();
    for (const screen of screens) device.show(screen);
    await dispose();
  });
}
