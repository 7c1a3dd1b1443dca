import { useEffect, useState } from 'preact/hooks';
import * as v from 'valibot';
import { FILES } from '../paths.ts';
import type { ChartPicture } from './chart-picture.ts';

const shelf = new Map<string, Promise<ChartPicture | null>>();
/** Names of machines, as they may stand in an address. */
const machineSchema = v.pipe(v.string(), v.regex(/^[A-Za-z]{1,64}$/));

function fetchPicture(machine: string): Promise<ChartPicture | null> {
  const kept = shelf.get(machine);
  if (kept !== undefined) return kept;
  const asked = fetch(`${FILES}/charts/${machine}`).then(async (answer) => {
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    // Made by the same service as this very script.
    return (await answer.json()) as ChartPicture;
  });
  shelf.set(machine, asked);
  asked.catch(() => shelf.delete(machine));
  return asked;
}

/** A drawing, or why there is none to show. */
export type Picture = ChartPicture | 'loading' | 'unknown' | 'failed';

/** The drawing of a machine; `unknown` for one that this version does not have. */
export function usePicture(machine: string): Picture {
  const [held, setHeld] = useState<{ machine: string; picture: Picture }>({ machine, picture: 'loading' });
  useEffect(() => {
    let isShown = true;
    const show = (picture: Picture) => isShown && setHeld({ machine, picture });
    if (!v.is(machineSchema, machine)) show('unknown');
    else
      fetchPicture(machine).then(
        (picture) => show(picture ?? 'unknown'),
        () => show('failed'),
      );
    return () => void (isShown = false);
  }, [machine]);
  return held.machine === machine ? held.picture : 'loading';
}
