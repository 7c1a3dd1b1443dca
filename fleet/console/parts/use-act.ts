import { ApiFailure } from '../api/client.ts';
import { useConsole } from '../browser/console-context.ts';
import { useFailureWords } from './states.tsx';

/** Does something at the service and says why when it refuses; resolves with whether it was done. */
export function useAct(): (work: () => Promise<void>) => Promise<boolean> {
  const { say } = useConsole();
  const tell = useFailureWords();
  return async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      say(tell(error), 'bad');
      return false;
    }
  };
}
