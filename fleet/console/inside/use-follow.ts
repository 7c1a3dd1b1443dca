import { useEffect, useState } from 'preact/hooks';
import * as v from 'valibot';
import { transitionSchema, type TransitionRecord } from '../../contract/snapshot.ts';
import { callApi } from '../api/client.ts';
import { commandSchema } from '../api/operator-answers.ts';
import { useLive } from '../browser/console-context.ts';

/** What a progress report of a followed snapshot carries. */
const runSchema = v.looseObject({ tr: v.array(transitionSchema), lost: v.optional(v.number(), 0) });
const reportsSchema = v.object({
  command: commandSchema,
  reports: v.array(v.object({ n: v.number(), state: v.string(), result: v.nullable(v.unknown()) })),
});
const ENDS: readonly string[] = ['done', 'failed', 'rejected', 'expired'];
const HELD_MAX = 4000;

/** What was told since a snapshot. */
export interface Followed {
  readonly transitions: readonly TransitionRecord[];
  /** Transitions that the terminal could not tell. */
  readonly lost: number;
  /** The terminal tells no more of it. */
  readonly isOver: boolean;
  /** When the terminal stops telling; null: it does not tell. */
  readonly untilMs: number | null;
}

const NOTHING: Followed = { transitions: [], lost: 0, isOver: true, untilMs: null };

function withRun(old: Followed, result: unknown): Followed {
  const run = v.safeParse(runSchema, result);
  if (!run.success) return old;
  const transitions = [...old.transitions, ...run.output.tr].slice(-HELD_MAX);
  return { ...old, transitions, lost: Math.max(old.lost, run.output.lost) };
}

/** The transitions that follow a snapshot: those told before this page was open, then each as it comes. */
export function useFollow(tid: string, snapshotId: string | null): Followed {
  const [held, setHeld] = useState<{ readonly id: string | null; readonly followed: Followed }>({
    ...{ id: snapshotId, followed: NOTHING },
  });
  useEffect(() => {
    setHeld({ id: snapshotId, followed: NOTHING });
    if (snapshotId === null) return undefined;
    const abort = new AbortController();
    callApi(reportsSchema, `/commands/${snapshotId}`, { signal: abort.signal }).then(
      ({ command, reports }) => {
        const untilMs = command.issuedMs + Number(command.args['followMs'] ?? 0);
        const begun: Followed = { ...NOTHING, isOver: ENDS.includes(command.state), untilMs };
        const earlier = reports.reduce((all, { result }) => withRun(all, result), begun);
        // What came in the meantime is told a second time; the history takes each transition once.
        setHeld(({ id, followed }) => {
          const transitions = [...earlier.transitions, ...followed.transitions];
          return id === snapshotId ? { id, followed: { ...earlier, transitions } } : { id, followed };
        });
      },
      // A snapshot whose command is no longer kept has no more to tell.
      () => undefined,
    );
    return () => abort.abort();
  }, [snapshotId]);
  useLive(
    tid,
    (news) => {
      if (news.type !== 'report' || news.report.id !== snapshotId) return;
      const { result, state } = news.report;
      setHeld(({ id, followed }) => {
        if (id !== snapshotId) return { id, followed };
        return { id, followed: { ...withRun(followed, result), isOver: ENDS.includes(state) } };
      });
    },
    [snapshotId],
  );
  return held.id === snapshotId ? held.followed : NOTHING;
}
