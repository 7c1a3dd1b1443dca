import { useState } from 'preact/hooks';
import { callApi } from '../api/client.ts';
import { type Terminal, terminalSchema } from '../api/terminal-answers.ts';
import { useConsole, useFormat, useMay, useWords } from '../browser/console-context.ts';
import { PATHS } from '../paths.ts';
import { COMMON } from '../words/common.ts';
import { FACTS } from '../words/facts.ts';
import { fill } from '../words/language.ts';
import { TERMINAL } from '../words/terminal.ts';
import { CommandBar } from './command-bar.tsx';
import { FormDialog } from './form-dialog.tsx';
import { GuardedButton } from './guarded-button.tsx';
import { PageHead } from './page-head.tsx';
import { Ago, Presence } from './pills.tsx';
import { useAct } from './use-act.ts';

/** One of a terminal's pages. */
export type TerminalTab = 'overview' | 'inside' | 'journal' | 'commands';

const TABS: readonly (readonly [TerminalTab, string])[] = [
  ['overview', PATHS.terminal],
  ['inside', PATHS.inside],
  ['journal', PATHS.journal],
  ['commands', PATHS.commands],
];

interface HeadProps {
  readonly tid: string;
  readonly terminal: Terminal | null;
  readonly tab: TerminalTab;
  /** The terminal was changed here. */
  readonly put: (terminal: Terminal) => void;
}

/** Which terminal, whether it is there, what can be done with it, and its pages. */
export function TerminalHead({ tid, terminal, tab, put }: HeadProps) {
  const words = useWords(TERMINAL);
  return (
    <>
      <PageHead title={tid}>
        <CommandBar tid={tid} terminal={terminal} />
      </PageHead>
      {terminal !== null && <Line terminal={terminal} put={put} />}
      <nav class="tabs" aria-label={tid}>
        {TABS.map(([name, path]) => (
          <a
            key={name}
            href={path.replace(':tid', encodeURIComponent(tid))}
            aria-current={name === tab ? 'page' : undefined}
          >
            {words.tabs[name]}
          </a>
        ))}
      </nav>
    </>
  );
}

function Line({ terminal, put }: { terminal: Terminal; put: (terminal: Terminal) => void }) {
  const words = useWords(TERMINAL);
  const format = useFormat();
  const offline = useWords(FACTS).offline;
  const [isEditing, setIsEditing] = useState(false);
  const { presence, label, sw, slot, boot } = terminal;
  const why = presence.why === null ? null : (offline[presence.why] ?? presence.why);
  return (
    <div class="terminal-line">
      <Presence online={presence.online} />
      {presence.changedMs !== null && <span>{fill(words.since, { when: format.instant(presence.changedMs) })}</span>}
      {!presence.online && why !== null && <span>{why}</span>}
      <span class="muted">
        {words.lastSeen.split('{ago}')[0]}
        <Ago ms={presence.seenMs} />
      </span>
      {sw !== null && (
        <span>
          {words.sw} <b>{sw}</b>
        </span>
      )}
      {slot !== null && (
        <span>
          {words.slot} <b>{slot}</b>
        </span>
      )}
      {boot !== null && (
        <span>
          {words.boot} <b>{format.count(boot)}</b>
        </span>
      )}
      <span class="label-line">
        {label === '' ? <i class="muted">{words.noLabel}</i> : <b>{label}</b>}
        <GuardedButton needs="support" class="quiet" onClick={() => setIsEditing(true)}>
          {words.editLabel}
        </GuardedButton>
      </span>
      {isEditing && <LabelDialog terminal={terminal} put={put} close={() => setIsEditing(false)} />}
    </div>
  );
}

function LabelDialog({ terminal, put, close }: { terminal: Terminal; put: HeadProps['put']; close: () => void }) {
  const words = useWords(TERMINAL);
  const common = useWords(COMMON);
  const { say } = useConsole();
  const may = useMay();
  const act = useAct();
  const [label, setLabel] = useState(terminal.label);
  const save = () =>
    act(async () => {
      const path = `/terminals/${encodeURIComponent(terminal.tid)}`;
      put(await callApi(terminalSchema, path, { method: 'PATCH', body: { label: label.trim() } }));
      say(words.labelSaved);
      close();
    });
  return (
    <FormDialog
      {...{ title: words.editLabel, main: common.save, isDisabled: may('support') !== null, close }}
      submit={() => void save()}
    >
      <label>
        <span>{words.labelHint}</span>
        <input
          autofocus
          name="label"
          maxLength={128}
          value={label}
          onInput={({ currentTarget }) => setLabel(currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
