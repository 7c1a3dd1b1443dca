import { useState } from 'preact/hooks';
import type { Role } from '../api/operator-answers.ts';
import type { Terminal } from '../api/terminal-answers.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { COMMANDS } from '../words/commands.ts';
import { fill } from '../words/language.ts';
import { FormDialog } from './form-dialog.tsx';
import { GuardedButton } from './guarded-button.tsx';
import { COMMAND_LIFE_MS, useCommand } from './use-command.ts';

/** What each operation needs; the service has the last word. */
const NEEDS: readonly (readonly [string, Role])[] = [
  ['domain-check', 'support'],
  ['reconcile', 'support'],
  ['journal', 'support'],
  ['volume', 'operator'],
  ['log-level', 'operator'],
  ['restart', 'operator'],
  ['reboot', 'operator'],
];
/** These ask back before they are sent. */
const ASKED: readonly string[] = ['volume', 'log-level', 'restart', 'reboot'];
const JOURNAL_ENTRIES = 100;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The commands as buttons. */
export function CommandBar({ tid, terminal }: { tid: string; terminal: Terminal | null }) {
  const words = useWords(COMMANDS);
  const { send, isBusy } = useCommand(tid);
  const [asked, setAsked] = useState<string | null>(null);
  const click = (op: string) => {
    if (ASKED.includes(op)) setAsked(op);
    else void send(op, op === 'journal' ? { count: JOURNAL_ENTRIES } : {});
  };
  return (
    <div class="command-bar" role="group" aria-label={words.title}>
      {NEEDS.map(([op, needs]) => (
        <GuardedButton
          key={op}
          needs={needs}
          disabled={isBusy}
          title={words.explanations[op] ?? ''}
          onClick={() => click(op)}
        >
          {words.operations[op]}
        </GuardedButton>
      ))}
      {asked !== null && (
        <AskDialog
          op={asked}
          tid={tid}
          isOffline={terminal?.presence.online === false}
          send={(args) => {
            setAsked(null);
            void send(asked, args);
          }}
          close={() => setAsked(null)}
        />
      )}
    </div>
  );
}

interface AskDialogProps {
  readonly op: string;
  readonly tid: string;
  readonly isOffline: boolean;
  readonly send: (args: Readonly<Record<string, unknown>>) => void;
  readonly close: () => void;
}

function AskDialog({ op, tid, isOffline, send, close }: AskDialogProps) {
  const words = useWords(COMMANDS);
  const format = useFormat();
  const [percent, setPercent] = useState(80);
  const [level, setLevel] = useState('info');
  const name = words.operations[op] ?? op;
  const args = op === 'volume' ? { percent } : op === 'log-level' ? { level } : {};
  const warning = { restart: words.confirmRestart, reboot: words.confirmReboot }[op];
  return (
    <FormDialog
      {...{ title: fill(words.confirmTitle, { op: name }), main: warning === undefined ? words.send : name, close }}
      isGrave={warning !== undefined}
      submit={() => send(args)}
    >
      {warning !== undefined && <p>{fill(warning, { tid })}</p>}
      {op === 'volume' && (
        <label>
          <span>
            {words.percent} <b>{percent}</b>
          </span>
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            value={percent}
            onInput={({ currentTarget }) => setPercent(Number(currentTarget.value))}
          />
        </label>
      )}
      {op === 'log-level' && (
        <label>
          <span>{words.level}</span>
          <select value={level} onChange={({ currentTarget }) => setLevel(currentTarget.value)}>
            {LEVELS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {isOffline && (
        <p class="note" data-tone="warn">
          {fill(words.offline, { span: format.span(COMMAND_LIFE_MS) })}
        </p>
      )}
    </FormDialog>
  );
}
