import { useState } from 'preact/hooks';
import { callApi } from '../api/client.ts';
import { type Configuration, configurationsSchema, type Rollout, rolloutsSchema } from '../api/operator-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useFormat, useWords } from '../browser/console-context.ts';
import { ApplyDialog } from '../parts/apply-dialog.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { JsonDiff } from '../parts/json-diff.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago } from '../parts/pills.tsx';
import { RolloutProgress, RolloutState } from '../parts/rollout-parts.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { Nothing, Shown } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { WriteDialog } from '../parts/write-dialog.tsx';
import { PATHS } from '../paths.ts';
import { CONFIGURATION } from '../words/configuration.ts';
import { fill } from '../words/language.ts';

/** Versions of the desired configuration, what differs between them, and how they are applied. */
export function ConfigurationPage() {
  const words = useWords(CONFIGURATION);
  const versions = useAnswer('configurations', (signal) =>
    callApi(configurationsSchema, '/configurations?limit=200', { signal }),
  );
  const rollouts = useAnswer('rollouts', (signal) => callApi(rolloutsSchema, '/rollouts?limit=50', { signal }));
  const [isWriting, setIsWriting] = useState(false);
  const [applied, setApplied] = useState<Configuration | null>(null);
  const again = () => {
    versions.again();
    rollouts.again();
  };
  useFleetNews(again);
  const newest = versions.answer?.configurations[0] ?? null;
  return (
    <>
      <PageHead title={words.title} lead={words.lead}>
        <GuardedButton needs="operator" class="main" onClick={() => setIsWriting(true)}>
          {words.write}
        </GuardedButton>
      </PageHead>
      <Shown asked={versions}>
        {({ configurations }) => (
          <>
            <Versions configurations={configurations} apply={setApplied} />
            {configurations.length > 1 && <Comparison configurations={configurations} />}
          </>
        )}
      </Shown>
      <section class="card table-card" aria-label={words.rollouts}>
        <header>
          <h2>{words.rollouts}</h2>
        </header>
        <Shown asked={rollouts}>{(answer) => <Rollouts rollouts={answer.rollouts} />}</Shown>
      </section>
      {isWriting && <WriteDialog base={newest} done={again} close={() => setIsWriting(false)} />}
      {applied !== null && <ApplyDialog version={applied} done={again} close={() => setApplied(null)} />}
    </>
  );
}

interface VersionsProps {
  readonly configurations: readonly Configuration[];
  readonly apply: (version: Configuration) => void;
}

function Versions({ configurations, apply }: VersionsProps) {
  const words = useWords(CONFIGURATION);
  const format = useFormat();
  if (configurations.length === 0) return <Nothing>{words.noVersions}</Nothing>;
  return (
    <section class="card table-card" aria-label={words.versions}>
      <Table columns={[words.version, words.note, words.by, words.when, { number: words.terminals }, null]}>
        {configurations.map((version) => (
          <tr key={version.ver} data-version={version.ver}>
            <td>
              <details>
                <summary>
                  <b>v{version.ver}</b>
                </summary>
                <pre class="document">{JSON.stringify(version.doc, null, 2)}</pre>
              </details>
            </td>
            <td class="words">{version.note}</td>
            <td>{version.by}</td>
            <td>
              <Ago ms={version.createdMs} />
            </td>
            <td class="number">{format.count(version.terminals)}</td>
            <td>
              <GuardedButton needs="operator" onClick={() => apply(version)}>
                {words.apply}
              </GuardedButton>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Comparison({ configurations }: { configurations: readonly Configuration[] }) {
  const words = useWords(CONFIGURATION);
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  const find = (ver: number | null, place: number) =>
    configurations.find((one) => one.ver === ver) ?? configurations[place];
  const [before, after] = [find(from, 1), find(to, 0)];
  const options = configurations.map(({ ver, note }) => [String(ver), `v${ver} ${note}`.trim()] as const);
  if (before === undefined || after === undefined) return null;
  return (
    <section class="card" aria-label={words.compare}>
      <header>
        <h2>{words.compare}</h2>
        <div class="actions">
          <SelectField
            {...{ name: 'from', label: words.from, options, value: String(before.ver), isRequired: true }}
            choose={(value) => setFrom(Number(value))}
          />
          <SelectField
            {...{ name: 'to', label: words.to, options, value: String(after.ver), isRequired: true }}
            choose={(value) => setTo(Number(value))}
          />
        </div>
      </header>
      {before.hash === after.hash ? (
        <p class="muted">{words.same}</p>
      ) : (
        <JsonDiff before={before.doc} after={after.doc} names={[`v${before.ver}`, `v${after.ver}`]} />
      )}
    </section>
  );
}

function Rollouts({ rollouts }: { rollouts: readonly Rollout[] }) {
  const words = useWords(CONFIGURATION);
  if (rollouts.length === 0) return <Nothing>{words.noRollouts}</Nothing>;
  return (
    <Table columns={[words.version, words.state, words.progress, words.by, words.when]}>
      {rollouts.map((rollout) => (
        <tr key={rollout.id} data-rollout={rollout.id}>
          <td>
            <a href={PATHS.rollout.replace(':id', rollout.id)}>{fill(words.applyVersion, { ver: rollout.ver })}</a>
          </td>
          <td>
            <RolloutState rollout={rollout} />
          </td>
          <td>
            <RolloutProgress rollout={rollout} />
          </td>
          <td>{rollout.by}</td>
          <td>
            <Ago ms={rollout.createdMs} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
