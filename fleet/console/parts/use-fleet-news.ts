import { useEffect, useRef } from 'preact/hooks';
import { after } from '../browser/browser-clock.ts';
import { useLive } from '../browser/console-context.ts';

/** Changes come in swarms; the whole is read again once for each swarm. */
const GATHER_MS = 1_500;

/** Calls `again` some time after anything in the fleet changed. */
export function useFleetNews(again: () => void): void {
  const off = useRef<(() => void) | null>(null);
  const newest = useRef(again);
  newest.current = again;
  useEffect(() => () => off.current?.(), []);
  useLive(null, ({ type }) => {
    if (type !== 'terminals' && type !== 'alerts') return;
    off.current ??= after(GATHER_MS, () => {
      off.current = null;
      newest.current();
    });
  });
}
