import { useState } from 'preact/hooks';
import { callApi, nothingSchema } from '../api/client.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { PATHS } from '../paths.ts';
import { ALERTS } from '../words/alerts.ts';
import { fill } from '../words/language.ts';
import { FactLine } from './fact-line.tsx';
import { FormDialog } from './form-dialog.tsx';
import { GuardedButton } from './guarded-button.tsx';
import { Ago, Pill } from './pills.tsx';
import { Table } from './table.tsx';
import { useAct } from './use-act.ts';

/** An alert, with its terminal where the list is about many. */
export interface ShownAlert {
  readonly id: number;
  readonly tid?: string;
  readonly label?: string;
  readonly kind: string;
  readonly rank: number;
  readonly sinceMs: number;
  readonly clearedMs: number | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly ackedBy: string | null;
  readonly ackedMs: number | null;
}

interface AlertRowsProps {
  readonly alerts: readonly ShownAlert[];
  /** Something was taken over. */
  readonly again: () => void;
}

/** What came up, since when, and who looks after it. */
export function AlertRows({ alerts, again }: AlertRowsProps) {
  const words = useWords(ALERTS);
  const hasTerminals = alerts.some(({ tid }) => tid !== undefined);
  const [taken, setTaken] = useState<ShownAlert | null>(null);
  return (
    <>
      <Table
        class="alerts"
        columns={[
          ...[words.rank, words.kind, ...(hasTerminals ? [words.terminal] : [])],
          ...[words.detail, words.since, words.taken],
        ]}
      >
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} hasTerminals={hasTerminals} take={() => setTaken(alert)} />
        ))}
      </Table>
      {taken !== null && <TakeDialog alert={taken} again={again} close={() => setTaken(null)} />}
    </>
  );
}

function Row({ alert, hasTerminals, take }: { alert: ShownAlert; hasTerminals: boolean; take: () => void }) {
  const words = useWords(ALERTS);
  const format = useFormat();
  const { id, tid, label, kind, rank, sinceMs, clearedMs, detail, ackedBy, ackedMs } = alert;
  const isGrave = rank > 1;
  return (
    <tr data-alert={id} data-cleared={clearedMs !== null || undefined}>
      <td>
        <Pill tone={clearedMs !== null ? 'off' : isGrave ? 'bad' : 'warn'}>
          {isGrave ? words.grave : words.warning}
        </Pill>
      </td>
      <td>
        <b>{words.kinds[kind] ?? kind}</b>
      </td>
      {hasTerminals && (
        <td>
          <a href={PATHS.terminal.replace(':tid', encodeURIComponent(tid ?? ''))}>{tid}</a>{' '}
          <span class="muted">{label}</span>
        </td>
      )}
      <td class="words">
        <FactLine fields={detail} />
      </td>
      <td>
        <Ago ms={sinceMs} />
        {clearedMs !== null && <div class="muted">{fill(words.clearedAt, { when: format.instant(clearedMs) })}</div>}
      </td>
      <td>
        {ackedBy === null ? (
          <GuardedButton needs="support" onClick={take}>
            {words.acknowledge}
          </GuardedButton>
        ) : (
          <>
            <b>{ackedBy}</b> <Ago ms={ackedMs} />
          </>
        )}
      </td>
    </tr>
  );
}

function TakeDialog({ alert, again, close }: { alert: ShownAlert; again: () => void; close: () => void }) {
  const words = useWords(ALERTS);
  const { say } = useConsole();
  const act = useAct();
  const [note, setNote] = useState('');
  const take = async () => {
    await act(async () => {
      await callApi(nothingSchema, `/alerts/${alert.id}/acknowledge`, { method: 'POST', body: { note } });
      say(words.acknowledged);
    });
    // Where somebody was quicker, the list shows who.
    close();
    again();
  };
  return (
    <FormDialog
      title={`${words.kinds[alert.kind] ?? alert.kind}${alert.tid === undefined ? '' : ` · ${alert.tid}`}`}
      main={words.acknowledge}
      submit={() => void take()}
      close={close}
    >
      <label>
        <span>{words.note}</span>
        <input
          autofocus
          name="note"
          maxLength={512}
          placeholder={words.noteHint}
          value={note}
          onInput={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
