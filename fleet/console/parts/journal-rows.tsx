import { useFormat, useWords } from '../browser/console-context.ts';
import { FACTS } from '../words/facts.ts';
import { TERMINAL } from '../words/terminal.ts';
import { FactLine } from './fact-line.tsx';
import { Table } from './table.tsx';

/** An entry of a journal, from the store or from a file. */
export interface ShownEntry {
  readonly s: number;
  readonly t: number;
  readonly type: string;
  readonly d: Readonly<Record<string, unknown>> | null;
}

/** Facts, one a line. */
export function JournalRows({ entries }: { entries: readonly ShownEntry[] }) {
  const words = useWords(TERMINAL);
  const types = useWords(FACTS).types;
  const format = useFormat();
  return (
    <Table class="journal" columns={[{ number: words.sequence }, words.when, words.type, words.facts]}>
      {entries.map((entry) => (
        <tr key={entry.s} data-type={entry.type}>
          <td class="number">{format.count(entry.s)}</td>
          <td class="when">{format.instant(entry.t)}</td>
          <td>
            <b>{types[entry.type] ?? entry.type}</b>
            <div class="code">{entry.type}</div>
          </td>
          <td class="words">
            <FactLine fields={entry.d ?? {}} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
