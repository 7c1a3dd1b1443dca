import { useState } from 'preact/hooks';
import type * as v from 'valibot';
import { callApi, nothingSchema } from '../api/client.ts';
import { newTokenSchema, ROLES, tokensSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useNow, useWords } from '../browser/console-context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago, Pill } from '../parts/pills.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { Shown } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { useAct } from '../parts/use-act.ts';
import { COMMON } from '../words/common.ts';
import { fill } from '../words/language.ts';
import { OPERATORS } from '../words/operators.ts';

type Token = v.InferOutput<typeof tokensSchema>['tokens'][number];

/** Who may sign in. */
export function TokensPage() {
  const words = useWords(OPERATORS);
  const tokens = useAnswer('tokens', (signal) => callApi(tokensSchema, '/tokens', { signal }));
  const [isAdding, setIsAdding] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  return (
    <>
      <PageHead title={words.tokens} lead={words.tokensLead}>
        <GuardedButton needs="admin" class="main" onClick={() => setIsAdding(true)}>
          {words.add}
        </GuardedButton>
      </PageHead>
      <Shown asked={tokens}>{(answer) => <Tokens tokens={answer.tokens} revoke={setRevoked} />}</Shown>
      {isAdding && <AddDialog done={tokens.again} close={() => setIsAdding(false)} />}
      {revoked !== null && <RevokeDialog token={revoked} done={tokens.again} close={() => setRevoked(null)} />}
    </>
  );
}

function Tokens({ tokens, revoke }: { tokens: readonly Token[]; revoke: (token: Token) => void }) {
  const words = useWords(OPERATORS);
  const roles = useWords(COMMON).roles as Record<string, string>;
  const format = useFormat();
  const now = useNow(60_000);
  const stateOf = ({ revokedMs, expiresMs }: Token) => {
    if (revokedMs !== null) return <Pill tone="off">{words.revoked}</Pill>;
    if (expiresMs !== null && expiresMs < now) return <Pill tone="off">{words.expired}</Pill>;
    return <Pill tone="fine">{words.inForce}</Pill>;
  };
  return (
    <section class="card table-card">
      <Table columns={[words.name, words.role, words.state, words.created, words.expires, words.used, null]}>
        {tokens.map((token) => (
          <tr key={token.id} data-token={token.name}>
            <td>
              <b>{token.name}</b> <span class="muted mono">{token.id}</span>
            </td>
            <td>{roles[token.role] ?? token.role}</td>
            <td>{stateOf(token)}</td>
            <td>
              <Ago ms={token.createdMs} />
            </td>
            <td>{token.expiresMs === null ? words.never : format.day(token.expiresMs)}</td>
            <td>
              <Ago ms={token.usedMs} />
            </td>
            <td>
              {token.revokedMs === null && (
                <GuardedButton needs="admin" onClick={() => revoke(token)}>
                  {words.revoke}
                </GuardedButton>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

interface DialogProps {
  readonly done: () => void;
  readonly close: () => void;
}

function AddDialog({ done, close }: DialogProps) {
  const words = useWords(OPERATORS);
  const common = useWords(COMMON);
  const act = useAct();
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [days, setDays] = useState('90');
  const [made, setMade] = useState<string | null>(null);
  const add = async () => {
    const body = { name: name.trim(), role, ...(days !== '' && { days: Number(days) }) };
    await act(async () => {
      const { token } = await callApi(newTokenSchema, '/tokens', { method: 'POST', body });
      setMade(token);
      done();
    });
  };
  if (made !== null) return <MadeDialog token={made} close={close} />;
  const options = ROLES.map((one) => [one, common.roles[one]] as const);
  return (
    <FormDialog {...{ title: words.add, main: words.add, submit: () => void add(), close }}>
      <label>
        <span>{words.name}</span>
        <input
          autofocus
          required
          name="name"
          maxLength={64}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <SelectField {...{ name: 'role', label: words.role, options, value: role, choose: setRole, isRequired: true }} />
      <label>
        <span>{words.days}</span>
        <input
          type="number"
          name="days"
          min={1}
          max={3650}
          value={days}
          onInput={({ currentTarget }) => setDays(currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}

/** The token, this once. */
function MadeDialog({ token, close }: { token: string; close: () => void }) {
  const words = useWords(OPERATORS);
  const common = useWords(COMMON);
  return (
    <Dialog title={words.add} close={close}>
      <p>{words.made}</p>
      <p class="document">
        <code data-made>{token}</code>
      </p>
      <div class="actions">
        <button type="button" class="main" onClick={() => void navigator.clipboard.writeText(token)}>
          {common.copy}
        </button>
      </div>
    </Dialog>
  );
}

function RevokeDialog({ token, done, close }: DialogProps & { token: Token }) {
  const words = useWords(OPERATORS);
  const { say } = useConsole();
  const act = useAct();
  const revoke = async () => {
    await act(async () => {
      await callApi(nothingSchema, `/tokens/${token.id}`, { method: 'DELETE' });
      say(fill(words.didRevoke, { name: token.name }));
    });
    close();
    done();
  };
  return (
    <FormDialog {...{ title: words.revoke, main: words.revoke, isGrave: true, submit: () => void revoke(), close }}>
      <p>{fill(words.revokeConfirm, { name: token.name })}</p>
    </FormDialog>
  );
}
