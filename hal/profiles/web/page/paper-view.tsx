import { useEffect, useRef } from 'preact/hooks';

import type { Paper } from '../wire.ts';
import type { Words } from './words.ts';

const picture = (paper: Paper): string => `/api/paper/${paper.id}.svg`;

/** The newest slip, still in the slot. */
export function PaperInSlot(props: {
  paper: Paper | null;
  words: Words;
  tear: () => void;
  enlarge: (paper: Paper) => void;
}) {
  const { paper, words } = props;
  return (
    <div class="slot-paper" data-out={paper === null ? undefined : ''}>
      {paper !== null && (
        <>
          <button
            type="button"
            class="slip-out"
            key={paper.id}
            onClick={() => props.enlarge(paper)}
            aria-label={`${words.enlarge}: ${words.paperOf} ${paper.id}`}
          >
            <img src={picture(paper)} alt={paper.text} />
          </button>
          <button
            type="button"
            class="button tear"
            onPointerDown={(event) => event.preventDefault()}
            onClick={props.tear}
          >
            {words.tear}
          </button>
        </>
      )}
    </div>
  );
}

/** The slips so far, newest first. */
export function PaperPile(props: { papers: readonly Paper[]; words: Words; enlarge: (paper: Paper) => void }) {
  const { papers, words } = props;
  return (
    <section class="card" aria-labelledby="paper-title">
      <h2 id="paper-title">
        {words.paper}
        {papers.length > 0 && <span class="count">{papers.length}</span>}
      </h2>
      {papers.length === 0 && <p class="hint">{words.paperNone}</p>}
      <div class="pile">
        {papers.toReversed().map((paper) => (
          <button
            type="button"
            class="slip"
            key={paper.id}
            onClick={() => props.enlarge(paper)}
            aria-label={`${words.enlarge}: ${words.paperOf} ${paper.id}`}
          >
            <img src={picture(paper)} alt="" loading="lazy" />
          </button>
        ))}
      </div>
    </section>
  );
}

/** One slip, large enough to read and to be scanned. */
export function PaperLarge(props: {
  paper: Paper | null;
  words: Words;
  dead: boolean;
  scan: (text: string) => void;
  close: () => void;
}) {
  const { paper, words } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (paper === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [paper]);
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-label={words.paperOf}
      onClose={props.close}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      {paper !== null && (
        <>
          <div class="large-paper">
            <img src={picture(paper)} alt={paper.text} />
          </div>
          <div class="large-actions">
            {paper.orderBarcode !== null && (
              <button
                type="button"
                class="button"
                disabled={props.dead}
                onClick={() => (props.close(), props.scan(paper.orderBarcode ?? ''))}
              >
                {words.scanSlip}
              </button>
            )}
            <a class="button quiet" href={picture(paper)} download={`${paper.kind}-${paper.id}.svg`}>
              {words.savePicture}
            </a>
            <button type="button" class="button quiet" onClick={props.close}>
              {words.close}
            </button>
          </div>
          <details class="large-text">
            <summary>{words.asText}</summary>
            <pre>{paper.text}</pre>
          </details>
        </>
      )}
    </dialog>
  );
}
