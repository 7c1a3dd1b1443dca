import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';

interface VirtualOptions {
  readonly count: number;
  /** Height of a line, px. */
  readonly lineHeight: number;
  readonly overscan?: number;
}

/** Only the lines in sight are in the page, however many there are. `frame` goes on the element that scrolls. */
export function useVirtual({ count, lineHeight, overscan = 12 }: VirtualOptions) {
  const frame = useRef<HTMLDivElement>(null);
  const [, draw] = useReducer((turn: number, _: null) => turn + 1, 0);
  const options = {
    ...{ count, overscan, observeElementRect, observeElementOffset, scrollToFn: elementScroll },
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    onChange: () => draw(null),
  };
  const list = useMemo(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options), []);
  list.setOptions(options);
  useEffect(() => list._didMount(), []);
  useEffect(() => list._willUpdate());
  return { frame, list, lines: list.getVirtualItems(), height: list.getTotalSize() };
}
