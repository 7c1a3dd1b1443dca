import { useState } from 'preact/hooks';
import { callApi } from '../api/client.ts';
import { type Configuration, previewSchema, rolloutSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useFormat, useWords } from '../browser/console-context.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';
import { TERMINALS } from '../words/terminals.ts';
import { FormDialog } from './form-dialog.tsx';
import { SelectField } from './select-field.tsx';
import { Shown } from './states.tsx';
import { useAct } from './use-act.ts';

const MINUTE_MS = 60_000;
const WAVES = '1, 10, 50, 100';

interface ApplyDialogProps {
  readonly version: Configuration;
  readonly done: () => void;
  readonly close: () => void;
}

/** Rising shares that end with everybody; null for anything else. */
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
  const { say } = useConsole();
  const attempt = useAct();
  const [filter, setFilter] = useState<Filter>({});
  const [wavesText, setWavesText] = useState(WAVES);
  const [soak, setSoak] = useState(10);
  const [failuresMax, setFailuresMax] = useState(0);
  const waves = wavesOf(wavesText);
  const begin = async () => {
    if (waves === null) return;
    const body = {
      ver: version.ver,
      filter: wishedOf(filter),
      waves,
      soakMs: Math.round(soak * MINUTE_MS),
      failuresMax,
    };
    await attempt(async () => {
      await callApi(rolloutSchema, '/rollouts', { method: 'POST', body });
      say(fill(words.begun, { ver: version.ver }));
      done();
      close();
    });
  };
  return (
    <FormDialog
      {...{
        title: fill(words.applyVersion, { ver: version.ver }),
        main: words.begin,
        isDisabled: waves === null,
        close,
      }}
      submit={() => void begin()}
    >
      <Members filter={filter} set={setFilter} />
      <label>
        <span>{words.waves}</span>
        <input name="waves" value={wavesText} onInput={({ currentTarget }) => setWavesText(currentTarget.value)} />
      </label>
      {waves === null && (
        <p class="note" data-tone="bad" role="alert">
          {words.wavesWrong}
        </p>
      )}
      <NumberField name="soak" label={words.soak} value={soak} put={setSoak} />
      <NumberField name="failures" label={words.failures} value={failuresMax} put={setFailuresMax} />
    </FormDialog>
  );
}

type Filter = Readonly<Record<string, string>>;
const wishedOf = (filter: Filter): Filter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));

/** Which terminals, and how many those are. */
function Members({ filter, set }: { filter: Filter; set: (filter: Filter) => void }) {
  const words = useWords(CONFIGURATION);
  const list = useWords(TERMINALS);
  const format = useFormat();
  const wished = wishedOf(filter);
  const preview = useAnswer(`preview ${JSON.stringify(wished)}`, (signal) =>
    callApi(previewSchema, '/rollouts/preview', { method: 'POST', body: { filter: wished }, signal }),
  );
  const put = (name: string) => (value: string) => set({ ...filter, [name]: value });
  const presence = [['online', list.online] as const, ['offline', list.offline] as const];
  const fields = [
    ['q', words.search],
    ['sw', words.software],
  ] as const;
  return (
    <>
      <h3>{words.who}</h3>
      {fields.map(([name, label]) => (
        <label key={name}>
          <span>{label}</span>
          <input
            name={name}
            maxLength={64}
            value={filter[name] ?? ''}
            onInput={({ currentTarget }) => put(name)(currentTarget.value)}
          />
        </label>
      ))}
      <SelectField
        {...{ name: 'presence', label: words.presence, options: presence, value: filter['presence'] ?? '' }}
        choose={put('presence')}
      />
      <p class="note" role="status" data-preview={preview.answer?.terminals}>
        <Shown asked={preview}>{({ terminals }) => fill(words.preview, { count: format.count(terminals) })}</Shown>
      </p>
    </>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly put: (value: number) => void;
}

function NumberField({ name, label, value, put }: NumberFieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        required
        type="number"
        name={name}
        min={0}
        value={value}
        onInput={({ currentTarget }) => put(currentTarget.valueAsNumber)}
      />
    </label>
  );
}
