import { useState } from 'preact/hooks';
import { ApiFailure, callApi } from '../api/client.ts';
import { type Configuration, configurationSchema, previewSchema, rolloutSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';
import { TERMINALS } from '../words/terminals.ts';
import { Dialog } from './dialog.tsx';
import { SelectField } from './select-field.tsx';
import { Shown, useFailureWords } from './states.tsx';

const MINUTE_MS = 60_000;

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
    <Dialog title={words.write} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
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
          <span>{words.note}</span>
          <input
            name="note"
            maxLength={512}
            value={note}
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </label>
        {wrong !== null && (
          <p class="note" data-tone="bad" role="alert">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={close}>
            {common.cancel}
          </button>
          <button type="submit" class="main" disabled={'why' in read}>
            {common.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ApplyDialogProps {
  readonly version: Configuration;
  readonly done: () => void;
  readonly close: () => void;
}

function wavesOf(text: string): number[] | null {
  const waves = text
    .split(/[,，\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  const isRising = waves.every((percent, at) => percent > (waves[at - 1] ?? 0));
  return isRising && waves.at(-1) === 100 ? waves : null;
}

/** Applies a version in stages to the terminals that match. */
export function ApplyDialog({ version, done, close }: ApplyDialogProps) {
  const words = useWords(CONFIGURATION);
  const list = useWords(TERMINALS);
  const common = useWords(COMMON);
  const format = useFormat();
  const { say } = useConsole();
  const tell = useFailureWords();
  const [filter, setFilter] = useState<Readonly<Record<string, string>>>({});
  const [wavesText, setWavesText] = useState('1, 10, 50, 100');
  const [soak, setSoak] = useState(10);
  const [failuresMax, setFailuresMax] = useState(0);
  const waves = wavesOf(wavesText);
  const wished = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  const preview = useAnswer(`preview ${JSON.stringify(wished)}`, (signal) =>
    callApi(previewSchema, '/rollouts/preview', { method: 'POST', body: { filter: wished }, signal }),
  );
  const begin = async () => {
    if (waves === null) return;
    const body = { ver: version.ver, filter: wished, waves, soakMs: Math.round(soak * MINUTE_MS), failuresMax };
    try {
      await callApi(rolloutSchema, '/rollouts', { method: 'POST', body });
      say(fill(words.begun, { ver: version.ver }));
      done();
      close();
    } catch (error) {
      if (error instanceof ApiFailure) say(tell(error), 'bad');
    }
  };
  const set = (name: string) => (value: string) => setFilter({ ...filter, [name]: value });
  const presence = [['online', list.online] as const, ['offline', list.offline] as const];
  const text = (name: string, label: string) => (
    <label>
      <span>{label}</span>
      <input
        name={name}
        maxLength={64}
        value={filter[name] ?? ''}
        onInput={(event) => set(name)(event.currentTarget.value)}
      />
    </label>
  );
  const count = (name: string, label: string, value: number, put: (value: number) => void) => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        name={name}
        min={0}
        value={value}
        onInput={(event) => put(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
  return (
    <Dialog title={fill(words.applyVersion, { ver: version.ver })} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <h3>{words.who}</h3>
        {text('q', words.search)}
        {text('sw', words.software)}
        <SelectField
          {...{ name: 'presence', label: words.presence, options: presence, value: filter['presence'] ?? '' }}
          choose={set('presence')}
        />
        <p class="note" role="status" data-preview={preview.answer?.terminals}>
          <Shown asked={preview}>{({ terminals }) => fill(words.preview, { count: format.count(terminals) })}</Shown>
        </p>
        <label>
          <span>{words.waves}</span>
          <input name="waves" value={wavesText} onInput={({ currentTarget }) => setWavesText(currentTarget.value)} />
        </label>
        {waves === null && (
          <p class="note" data-tone="bad" role="alert">
            {words.wavesWrong}
          </p>
        )}
        {count('soak', words.soak, soak, setSoak)}
        {count('failures', words.failures, failuresMax, setFailuresMax)}
        <div class="actions">
          <button type="button" onClick={close}>
            {common.cancel}
          </button>
          <button type="submit" class="main" disabled={waves === null}>
            {words.begin}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
