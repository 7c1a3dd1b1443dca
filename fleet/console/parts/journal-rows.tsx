import { useFormat, useWords } from '../browser/console-context.ts';
import { TERMINAL } from '../words/terminal.ts';
import { JsonView } from './json-view.tsx';

/** An entry of a journal, from the store or from a file. */
export interface ShownEntry {
  readonly s: number;
  readonly t: number;
  readonly type: string;
  readonly d: Readonly<Record<string, unknown>> | null;
}

const AMOUNTS: readonly string[] = ['amountFen', 'refundFen', 'orderFen', 'refundedFen', 'unresolvedFen'];

/** Facts, one a line. */
export function JournalRows({ entries }: { entries: readonly ShownEntry[] }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  return (
    <table class="journal">
      <thead>
        <tr>
          <th class="number">{words.sequence}</th>
          <th>{words.when}</th>
          <th>{words.type}</th>
          <th>{words.facts}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.s} data-type={entry.type}>
            <td class="number">{format.count(entry.s)}</td>
            <td class="when">{format.instant(entry.t)}</td>
            <td>
              <b>{entry.type}</b>
            </td>
            <td class="words">
              <Facts d={entry.d ?? {}} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Facts({ d }: { d: Readonly<Record<string, unknown>> }) {
  const format = useFormat();
  return (
    <ul class="fact-line">
      {Object.entries(d).map(([key, value]) => (
        <li key={key}>
          <span class="muted">{key}</span>{' '}
          {AMOUNTS.includes(key) && typeof value === 'number' ? (
            <b>{format.yuan(value)}</b>
          ) : (
            <JsonView value={value} />
          )}
        </li>
      ))}
    </ul>
  );
}
