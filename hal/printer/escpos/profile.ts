/** The names that the configuration chooses a profile by. */
export type PrinterModel = '58mm' | '80mm' | '58mm-dots' | '80mm-dots';

/** What a printer model can do, so that the same slip comes out right on each. */
export interface PrinterProfile {
  readonly name: string;
  /** Dots across the paper at 203 dpi, and the half-width columns of 12 dots that fit. */
  readonly paperDots: number;
  readonly columns: number;
  readonly cutter: boolean;
  /** `gb18030`: Chinese font switched on by `FS &`. `ascii`: no Chinese font, other characters become `?`. */
  readonly codePage: 'gb18030' | 'ascii';
  /** Image fallback: barcodes and QR codes as dots, for models without `GS k 73` or `GS ( k`. */
  readonly rasterCodes: boolean;
  /** Image fallback: all text as dots; needs a `TextRasteriser`. */
  readonly rasterText: boolean;
}

const COMMON = { cutter: true, codePage: 'gb18030', rasterCodes: false, rasterText: false } as const;

/** 58 mm paper; such printers seldom have a cutter. */
export const PROFILE_58MM: PrinterProfile = { ...COMMON, name: '58mm', paperDots: 384, columns: 32, cutter: false };

/** 80 mm paper. */
export const PROFILE_80MM: PrinterProfile = { ...COMMON, name: '80mm', paperDots: 576, columns: 48 };

/** For models without Chinese characters, or with codes of their own: everything is sent as dots. Slower, and right on every printer. */
const AS_DOTS = { codePage: 'ascii', rasterCodes: true, rasterText: true } as const;

/** 58 mm paper, everything sent as dots. */
export const PROFILE_58MM_DOTS: PrinterProfile = { ...PROFILE_58MM, ...AS_DOTS, name: '58mm-dots' };

/** 80 mm paper, everything sent as dots. */
export const PROFILE_80MM_DOTS: PrinterProfile = { ...PROFILE_80MM, ...AS_DOTS, name: '80mm-dots' };

/** The profile by the name that the configuration uses. */
export const PRINTER_PROFILES: Readonly<Record<PrinterModel, PrinterProfile>> = {
  '58mm': PROFILE_58MM,
  '80mm': PROFILE_80MM,
  '58mm-dots': PROFILE_58MM_DOTS,
  '80mm-dots': PROFILE_80MM_DOTS,
};
