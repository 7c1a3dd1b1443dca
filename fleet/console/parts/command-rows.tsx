import type { Command } from '../api/operator-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { COMMANDS } from '../words/commands.ts';
import { fill } from '../words/language.ts';
import { FactLine } from './fact-line.tsx';
import { JsonView } from './json-view.tsx';
import { Ago, Pill, type Tone } from './pills.tsx';
import { Table } from './table.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  ...{ issued: 'off', accepted: 'accent', progress: 'accent', done: 'fine' },
  ...{ failed: 'bad', rejected: 'bad', expired: 'warn' },
};
const OPEN: readonly string[] = ['issued', 'accepted', 'progress'];

/** Commands and what came of them. */
export function CommandRows({ commands }: { commands: readonly Command[] }) {
  const words = useWords(COMMANDS);
  return (
    <Table class="commands" columns={[words.what, words.state, words.who, words.when, words.result]}>
      {commands.map((command) => (
        <Row key={command.id} command={command} />
      ))}
    </Table>
  );
}

function Row({ command }: { command: Command }) {
  const words = useWords(COMMANDS);
  const format = useFormat();
  const { op, args, state, by, issuedMs, expMs, percent, result, why } = command;
  const isOpen = OPEN.includes(state);
  return (
    <tr data-command={command.id} data-state={state}>
      <td>
        <b>{words.operations[op] ?? op}</b>
        {op === 'journal' ? null : <FactLine fields={args} />}
      </td>
      <td>
        <Pill tone={TONES[state] ?? 'off'}>{words.states[state] ?? state}</Pill>{' '}
        {isOpen && percent !== null && (
          <progress max={100} value={percent} aria-label={format.percent(percent / 100)} />
        )}
        {state === 'issued' && <div class="muted">{fill(words.expires, { when: format.instant(expMs) })}</div>}
      </td>
      <td>{by}</td>
      <td>
        <Ago ms={issuedMs} />
      </td>
      <td class="words">
        {why !== null && <p>{why}</p>}
        {result !== null && Object.keys(result).length > 0 && (
          <details>
            <summary>{words.result}</summary>
            <JsonView value={result} />
          </details>
        )}
      </td>
    </tr>
  );
}
