import { useState } from 'preact/hooks';
import { ApiFailure, callApi } from '../api/client.ts';
import { type Configuration, configurationSchema } from '../api/operator-answers.ts';
import { useConsole, useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';
import { FormDialog } from './form-dialog.tsx';
import { useFailureWords } from './states.tsx';

interface WriteDialogProps {
  readonly base: Configuration | null;
  readonly done: () => void;
  readonly close: () => void;
}

/** The document as an object, or why it is none. */
function documentOf(text: string): { readonly doc: object } | { readonly why: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { doc: value };
    return { why: '{ … }' };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

/** Writes a new version; the service checks what it says. */
export function WriteDialog({ base, done, close }: WriteDialogProps) {
  const words = useWords(CONFIGURATION);
  const common = useWords(COMMON);
  const { say } = useConsole();
  const tell = useFailureWords();
  const [text, setText] = useState(() => JSON.stringify(base?.doc ?? { telemetryMs: 60_000 }, null, 2));
  const [note, setNote] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const read = documentOf(text);
  const wrong = 'why' in read ? fill(words.notJson, { why: read.why }) : refusal;
  const save = async () => {
    if (!('doc' in read)) return;
    try {
      const body = { doc: read.doc, note };
      const { ver } = await callApi(configurationSchema, '/configurations', { method: 'POST', body });
      say(fill(words.saved, { ver }));
      done();
      close();
    } catch (error) {
      if (error instanceof ApiFailure) setRefusal(tell(error));
    }
  };
  return (
    <FormDialog
      {...{ title: words.write, main: common.save, isDisabled: 'why' in read, close }}
      submit={() => void save()}
    >
      {base !== null && <p class="muted">{fill(words.basedOn, { ver: base.ver })}</p>}
      <label>
        <span>{words.document}</span>
        <textarea
          name="document"
          rows={12}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => {
            setRefusal(null);
            setText(currentTarget.value);
          }}
        />
      </label>
      <label>
        <span>{words.noteWritten}</span>
        <input name="note" maxLength={512} value={note} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
      </label>
      {wrong !== null && (
        <p class="note" data-tone="bad" role="alert">
          {wrong}
        </p>
      )}
    </FormDialog>
  );
}
