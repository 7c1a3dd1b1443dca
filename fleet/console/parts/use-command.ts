import { useState } from 'preact/hooks';
import { ApiFailure, callApi } from '../api/client.ts';
import { type Command, commandSchema } from '../api/operator-answers.ts';
import { useConsole, useWords } from '../browser/console-context.ts';
import { COMMANDS } from '../words/commands.ts';
import { fill } from '../words/language.ts';
import { useFailureWords } from './states.tsx';

/** How long a terminal may take to come and get a command: as the service would have it. */
export const COMMAND_LIFE_MS = 10 * 60_000;

/** Sends commands to a terminal and says what came of the sending. */
export function useCommand(tid: string) {
  const { say } = useConsole();
  const words = useWords(COMMANDS);
  const tellFailure = useFailureWords();
  const [isBusy, setIsBusy] = useState(false);
  const send = async (op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Command | null> => {
    setIsBusy(true);
    try {
      const body = { op, args, lifeMs: COMMAND_LIFE_MS };
      const command = await callApi(commandSchema, `/terminals/${encodeURIComponent(tid)}/commands`, {
        ...{ method: 'POST', body },
      });
      say(fill(words.sent, { op: words.operations[op] ?? op }));
      return command;
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      say(tellFailure(error), 'bad');
      return null;
    } finally {
      setIsBusy(false);
    }
  };
  return { send, isBusy };
}
