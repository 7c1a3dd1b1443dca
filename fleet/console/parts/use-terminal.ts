import { callApi } from '../api/client.ts';
import { type Terminal, terminalSchema } from '../api/terminal-answers.ts';
import { type Asked, useAnswer } from '../api/use-answer.ts';
import { useLive } from '../browser/console-context.ts';

/** A terminal, read again whenever something about it changes. */
export function useTerminal(tid: string): Asked<Terminal> {
  const asked = useAnswer(`terminal ${tid}`, (signal) =>
    callApi(terminalSchema, `/terminals/${encodeURIComponent(tid)}`, { signal }),
  );
  useLive(tid, (news) => {
    if (news.type === 'alerts' || (news.type === 'terminals' && (news.all || news.tids.includes(tid)))) asked.again();
  });
  return asked;
}
