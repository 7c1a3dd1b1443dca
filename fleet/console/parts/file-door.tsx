import { useState } from 'preact/hooks';
import { useWords } from '../browser/console-context.ts';
import { BUNDLE } from '../words/bundle.ts';

/** Where a file is dropped or chosen. */
export function FileDoor({ lead, open }: { lead: string; open: (file: File) => void }) {
  const words = useWords(BUNDLE);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) open(file);
  };
  return (
    <label
      class="file-door"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <span>{lead}</span>
      <b>{words.choose}</b>
      <input
        type="file"
        class="sr"
        accept=".json,application/json"
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file may be chosen again after it was made anew.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
