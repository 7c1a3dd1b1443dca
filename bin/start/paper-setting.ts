import type { TerminalConfig } from '../../config/terminal-config.ts';
import { glyphRasteriser } from '../../hal/printer/escpos/glyph-text.ts';
import { PRINTER_PROFILES } from '../../hal/printer/escpos/profile.ts';
import type { PaperSetting } from '../../hal/printer/simulated-printer.ts';
import { openShippedGlyphs } from './glyph-packs.ts';

/**
 * What the shop's printer is like. The characters are read only for a printer that has none of its own.
 * @throws TerminalFailure `configuration.invalid` when they are needed and damaged
 */
export function paperSetting({ printer }: Pick<TerminalConfig, 'printer'>): PaperSetting {
  const profile = PRINTER_PROFILES[printer.model];
  return { profile, rasterise: profile.rasterText ? glyphRasteriser(openShippedGlyphs(24)) : null };
}
