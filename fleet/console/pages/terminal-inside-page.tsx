import { useRoute } from 'preact-iso';
import { useMemo, useState } from 'preact/hooks';
import { FOLLOW_MS_MAX } from '../../contract/commands.ts';
import { callApi } from '../api/client.ts';
import { type SnapshotLine, snapshotListSchema, storedSnapshotSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useFormat, useLive, useWords } from '../browser/console-context.ts';
import { InsideHistory } from '../inside/inside-history.ts';
import { type Followed, useFollow } from '../inside/use-follow.ts';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { InsideView, SnapshotFacts } from '../parts/inside-view.tsx';
import { FailureNote, Nothing, Shown } from '../parts/states.tsx';
import { TerminalHead } from '../parts/terminal-head.tsx';
import { useCommand } from '../parts/use-command.ts';
import { useTerminal } from '../parts/use-terminal.ts';
import { INSIDE } from '../words/inside.ts';
import { fill } from '../words/language.ts';

const FOLLOW_MS = Math.min(5 * 60_000, FOLLOW_MS_MAX);

/** The charts of one terminal. */
export function TerminalInsidePage() {
  const tid = useRoute().params['tid'] ?? '';
  const terminal = useTerminal(tid);
  const list = useAnswer(`snapshots ${tid}`, (signal) =>
    callApi(snapshotListSchema, `/terminals/${encodeURIComponent(tid)}/snapshots`, { signal }),
  );
  const [awaited, setAwaited] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  useLive(
    tid,
    (news) => {
      if (news.type !== 'snapshot') return;
      list.again();
      if (news.id === awaited) {
        setChosen(news.id);
        setAwaited(null);
      }
    },
    [awaited],
  );
  return (
    <>
      <TerminalHead tid={tid} terminal={terminal.answer} tab="inside" put={terminal.put} />
      {terminal.failure !== null && <FailureNote failure={terminal.failure} again={terminal.again} />}
      <Shown asked={list}>
        {({ snapshots }) => (
          <Snapshots
            {...{ tid, snapshots, awaited, chosen, choose: setChosen }}
            await={(id) => {
              setAwaited(id);
            }}
          />
        )}
      </Shown>
    </>
  );
}

interface SnapshotsProps {
  readonly tid: string;
  readonly snapshots: readonly SnapshotLine[];
  readonly awaited: string | null;
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
  readonly await: (id: string) => void;
}

function useSnapshot(tid: string, id: string | null) {
  return useAnswer(`snapshot ${tid} ${id}`, async (signal) => {
    if (id === null) return null;
    return callApi(storedSnapshotSchema, `/terminals/${encodeURIComponent(tid)}/snapshots/${id}`, { signal });
  });
}

function Snapshots({ tid, snapshots, awaited, chosen, choose, ...on }: SnapshotsProps) {
  const words = useWords(INSIDE);
  const { send, isBusy } = useCommand(tid);
  const [otherId, setOtherId] = useState<string | null>(null);
  const shownId = chosen ?? snapshots.find(({ ok }) => ok)?.id ?? null;
  const shown = useSnapshot(tid, shownId);
  const compared = useSnapshot(tid, otherId);
  const followed = useFollow(tid, shownId);
  const snapshot = shown.answer?.snapshot ?? null;
  const history = useMemo(
    () => (snapshot === null ? null : new InsideHistory(snapshot, followed.transitions)),
    [snapshot, followed.transitions],
  );
  const otherSnapshot = compared.answer?.snapshot ?? null;
  const other = useMemo(() => (otherSnapshot === null ? null : new InsideHistory(otherSnapshot)), [otherSnapshot]);
  const look = async (followMs: number) => {
    const command = await send('snapshot', followMs === 0 ? {} : { followMs });
    if (command !== null) on.await(command.id);
  };
  return (
    <>
      <div class="inside-tools" data-snapshot={history === null ? undefined : shownId}>
        <GuardedButton needs="support" class="main" disabled={isBusy} onClick={() => void look(FOLLOW_MS)}>
          {words.follow}
        </GuardedButton>
        <GuardedButton needs="support" disabled={isBusy} onClick={() => void look(0)}>
          {words.take}
        </GuardedButton>
        <Choice name={words.snapshot} lines={snapshots} value={shownId} choose={(id) => id !== null && choose(id)} />
        <Choice name={words.compare} lines={snapshots} value={otherId} none={words.noCompare} choose={setOtherId} />
      </div>
      {awaited !== null && (
        <p class="note" role="status">
          {words.waiting}
        </p>
      )}
      <FollowNote followed={followed} />
      {shown.failure !== null && <FailureNote failure={shown.failure} again={shown.again} />}
      {snapshots.length === 0 && awaited === null && <Nothing>{words.none}</Nothing>}
      {history !== null && (
        <>
          <SnapshotFacts history={history} />
          <InsideView history={history} other={other} isFollowing={!followed.isOver} />
        </>
      )}
    </>
  );
}

function FollowNote({ followed }: { followed: Followed }) {
  const words = useWords(INSIDE);
  const format = useFormat();
  return (
    <>
      {!followed.isOver && followed.untilMs !== null && (
        <p class="note following" role="status">
          {fill(words.following, { until: format.instant(followed.untilMs) })}
        </p>
      )}
      {followed.lost > 0 && (
        <p class="note" data-tone="warn">
          {fill(words.lost, { count: format.count(followed.lost) })}
        </p>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly lines: readonly SnapshotLine[];
  readonly value: string | null;
  /** The word for no choice, where that may be. */
  readonly none?: string;
  readonly choose: (id: string | null) => void;
}

function Choice({ name, lines, value, none, choose }: ChoiceProps) {
  const format = useFormat();
  const good = lines.filter(({ ok }) => ok);
  return (
    <label class="in-line">
      <span>{name}</span>
      <select
        disabled={good.length === 0}
        value={value ?? ''}
        onChange={({ currentTarget }) => choose(currentTarget.value === '' ? null : currentTarget.value)}
      >
        {(none !== undefined || good.length === 0) && <option value="">{none ?? '–'}</option>}
        {good.map(({ id, receivedMs, sw }) => (
          <option key={id} value={id}>
            {format.instant(receivedMs)} · {sw}
          </option>
        ))}
      </select>
    </label>
  );
}
