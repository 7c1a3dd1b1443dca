import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Screen } from '../../../domain/screen.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import type { Presence } from '../../../hal/device-node/presence.ts';
import { CharacterLcd } from '../../../hal/screen/character-lcd.ts';
import { characterPages, type CharacterGrid } from '../../../hal/screen/character-layout.ts';
import { Heard } from '../../support/device-node.ts';
import { glassOf, LcdFile } from '../../support/lcd-file.ts';
import { IDLE, PAID_EN, screenContract } from './screen-contract.ts';

const screen = suite('hal/screen/character-lcd');

const SMALL: CharacterGrid = { columns: 16, rows: 2 };
const LARGE: CharacterGrid = { columns: 20, rows: 4 };
const IDLE_EN: Screen = { ...IDLE, lines: ['Corner Shop', 'Clerk 1001', 'Printer ready'] };

for (const grid of [SMALL, LARGE]) {
  screenContract(screen, `${grid.columns} × ${grid.rows} characters`, [IDLE_EN, PAID_EN], async () => {
    const file = new LcdFile();
    const device = new CharacterLcd({ path: file.path, grid, clock: new VirtualClock() });
    return {
      device,
      shows: (shown) => file.shows(grid, characterPages(shown, grid)[0] ?? []),
      dispose: async () => {
        assert.ok(
          glassOf(file.text(), grid).every((row) => row.trim() === ''),
          'a closed display is empty',
        );
        rmSync(file.folder, { recursive: true });
      },
    };
  });
}

screen('only the characters that changed are written', async () => {
  const file = new LcdFile();
  const device = new CharacterLcd({ path: file.path, grid: SMALL, clock: new VirtualClock() });
  const typed = (amount: string): Screen => ({ ...PAID_EN, name: 'amount', lines: ['Amount', amount] });
  device.show(typed('20.00 CNY'));
  await file.shows(SMALL, ['Amount          ', '       20.00 CNY']);
  const before = file.text().length;
  device.show(typed('20.05 CNY'));
  await file.shows(SMALL, ['Amount          ', '       20.05 CNY']);
  assert.is(file.text().slice(before), '\x1b[Lx11y1;5');
  await device.close();
  rmSync(file.folder, { recursive: true });
});

screen('the amount stays below the heading on every page, the rest takes turns', () => {
  assert.equal(characterPages(PAID_EN, LARGE), [
    ['Paid                ', '           20.05 CNY', 'WeChat Pay          ', '01000052000000183   '],
  ]);
  assert.equal(characterPages(PAID_EN, SMALL), [
    ['Paid            ', '       20.05 CNY'],
    ['Paid            ', 'WeChat Pay      '],
    ['Paid            ', '0100005200000018'],
    ['Paid            ', '3               '],
  ]);
  assert.equal(characterPages({ lines: [] }, SMALL), [['                ', '                ']]);
});

screen('pages turn until another screen is shown', async () => {
  const file = new LcdFile();
  const clock = new VirtualClock();
  const device = new CharacterLcd({ path: file.path, grid: SMALL, clock });
  device.show(PAID_EN);
  await file.shows(SMALL, ['Paid            ', '       20.05 CNY']);
  clock.advance(3_000);
  await file.shows(SMALL, ['Paid            ', 'WeChat Pay      ']);
  device.show({ ...IDLE_EN, lines: ['Corner Shop'] });
  clock.advance(60_000);
  await file.shows(SMALL, ['Corner Shop     ', '                ']);
  await device.close();
  rmSync(file.folder, { recursive: true });
});

screen('what its ROM does not have is marked, never left out', () => {
  const [page] = characterPages({ lines: ['老王 Shop', '¥20.05', 'a — b'] }, LARGE);
  assert.equal(page, ['?? Shop             ', '               20.05', 'a - b               ', '                    ']);
});

screen('a display that is not there is named, and shows the newest screen when it comes', async () => {
  const file = new LcdFile();
  const path = join(file.folder, 'later', 'lcd');
  const presence = new Heard<Presence>();
  const device = new CharacterLcd({ path, grid: SMALL, clock: new SystemClock(), onPresence: presence.hear });
  device.show(PAID_EN);
  assert.is((await presence.until(1))[0]?.why, `${path} is not there: plug the display in, or correct devices.screen`);
  await device.close();
  rmSync(file.folder, { recursive: true });
});

screen.run();
