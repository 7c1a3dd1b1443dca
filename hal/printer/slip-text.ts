import type { Slip, SlipBlock } from '../../domain/slip.ts';
import { alignColumns, pairColumns, wrapColumns } from './column-text.ts';

function blockLines(block: SlipBlock, columns: number): string[] {
  switch (block.is) {
    case 'title':
      return wrapColumns(block.text, columns).map((line) => alignColumns(line, columns, 'center'));
    case 'text':
      return wrapColumns(block.text, columns).map((line) => alignColumns(line, columns, block.align ?? 'left'));
    case 'field':
    case 'amount':
      return pairColumns(block.label, block.value, columns);
    case 'rule':
      return ['-'.repeat(columns)];
    case 'barcode':
      return wrapColumns(`|| ${block.value} ||`, columns).map((line) => alignColumns(line, columns, 'center'));
    case 'qr':
      return wrapColumns(`[QR] ${block.value}`, columns).map((line) => alignColumns(line, columns, 'center'));
    case 'feed':
      return Array.from({ length: Math.min(block.lines, 20) }, () => '');
  }
}

/** A slip as plain text, no line wider than `columns` half-width columns (32 on 58 mm, 48 on 80 mm). */
export function renderSlipText(slip: Slip, columns: number): string {
  return slip.blocks.flatMap((block) => blockLines(block, columns)).join('\n') + '\n';
}
