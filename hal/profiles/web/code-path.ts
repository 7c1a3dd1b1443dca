import qrcode from 'qrcode';
import type { DrawnModules } from './wire.ts';

/** A QR code as the path of its dark modules, in units of one module. */
export function codePath(text: string): DrawnModules {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'L' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 1) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return { side: modules.size, path };
}
