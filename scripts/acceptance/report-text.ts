import type { AcceptanceReport, ReportLine } from './report.ts';

const RESULTS: Readonly<Record<ReportLine['result'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not shown': 'NOT SHOWN',
  'no scenario': '–',
};

const HEAD = ['Row', 'Platform', 'Profile', 'Result', 'Seconds', 'Scenarios', 'What failed'];
const WIDTHS = [5, 9, 10, 10, 8, 10];

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();
}

/** The report as a table, each row under its words, with a closing line. */
export function reportText(report: AcceptanceReport): string {
  const text: string[] = [columns(HEAD)];
  let row = '';
  for (const line of report.lines) {
    if (line.row !== row) text.push('', `${line.row}  ${line.words}`);
    row = line.row;
    const { platform, profile, result, seconds, scenarios, failed } = line;
    const [first = '', ...rest] = failed.map(firstLine);
    const counted = scenarios === 0 ? ['', ''] : [seconds.toFixed(1), String(scenarios)];
    text.push(columns(['', platform ?? '', profile ?? '', RESULTS[result], ...counted, first]));
    for (const more of rest) text.push(columns(['', '', '', '', '', '', more]));
  }
  const { beyond } = report;
  if (beyond.scenarios > 0) {
    text.push('', `Beyond the table: ${beyond.scenarios} scenarios, ${beyond.failed.length} failed`);
    text.push(...beyond.failed.map((failed) => `      ${firstLine(failed)}`));
  }
  return `${[...text, '', closingLine(report)].join('\n')}\n`;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

function closingLine({ lines, passed }: AcceptanceReport): string {
  const rows = [...new Set(lines.map(({ row }) => row))];
  const with_ = (results: readonly ReportLine['result'][]): string[] =>
    rows.filter((id) => lines.some(({ row, result }) => row === id && results.includes(result)));
  const failed = with_(['failed', 'not shown']);
  const without = lines.filter(({ result }) => result === 'no scenario');
  const held = rows.length - failed.length - without.length;
  const open = without.map(({ row, failed: [why = ''] }) => `; ${row}: ${why}`).join('');
  return `${passed ? 'passed' : 'FAILED'}: ${held} rows hold, ${failed.length} fail${failed.length > 0 ? ` (${failed.join(', ')})` : ''}${open}`;
}
