import { useMemo, useState } from 'preact/hooks';
import { useFormat, useWords } from '../browser/console-context.ts';
import { InsideHistory } from '../inside/inside-history.ts';
import { FILE_BYTES_MAX, readSupportFile, type SupportFile } from '../inside/read-support-file.ts';
import { DoctorRows } from '../parts/doctor-rows.tsx';
import { FileDoor } from '../parts/file-door.tsx';
import { InsideView, SnapshotFacts } from '../parts/inside-view.tsx';
import { JournalRows } from '../parts/journal-rows.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Nothing } from '../parts/states.tsx';
import { BUNDLE } from '../words/bundle.ts';
import { fill } from '../words/language.ts';

interface OpenFile {
  readonly name: string;
  readonly file: SupportFile;
}

/** A file from a terminal, opened without the fleet: nothing of it leaves the browser. */
export function BundlePage() {
  const words = useWords(BUNDLE);
  const format = useFormat();
  const [files, setFiles] = useState<readonly OpenFile[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const open = async (chosen: File) => {
    const refuse = (why: string) => setProblem(fill(words.unreadable, { name: chosen.name, why }));
    if (chosen.size > FILE_BYTES_MAX) return refuse(fill(words.tooLarge, { bytes: format.bytes(FILE_BYTES_MAX) }));
    const read = readSupportFile(await chosen.text());
    if (!read.ok) return refuse(read.why);
    setProblem(null);
    // The newest is looked at; the one before it is what it is compared with.
    setFiles((old) => [{ name: chosen.name, file: read.file }, ...old.slice(0, 1)]);
  };
  const [first, second] = files;
  return (
    <>
      <PageHead title={words.title} lead={words.lead}>
        {first !== undefined && (
          <button type="button" onClick={() => setFiles([])}>
            {words.again}
          </button>
        )}
      </PageHead>
      {problem !== null && (
        <p class="note" data-tone="bad" role="alert">
          {problem}
        </p>
      )}
      {second === undefined && (
        <FileDoor lead={first === undefined ? words.drop : words.compareWith} open={(file) => void open(file)} />
      )}
      {first !== undefined && <FileView shown={first} other={second ?? null} />}
    </>
  );
}

const TABS = ['doctor', 'inside', 'journal', 'configuration'] as const;
type Tab = (typeof TABS)[number];

function FileView({ shown, other }: { shown: OpenFile; other: OpenFile | null }) {
  const words = useWords(BUNDLE);
  const { bundle, snapshot } = shown.file;
  const tabs = TABS.filter((tab) => bundle !== null || tab === 'inside' || tab === 'journal');
  const [chosen, setTab] = useState<Tab>('doctor');
  const tab = tabs.includes(chosen) ? chosen : 'inside';
  const entries = (bundle?.journal ?? snapshot?.journal ?? []).toReversed();
  return (
    <>
      <About shown={shown} />
      <div class="tabs" role="tablist">
        {tabs.map((one) => (
          <button key={one} type="button" role="tab" aria-selected={one === tab} onClick={() => setTab(one)}>
            {words.tabs[one]}
          </button>
        ))}
      </div>
      {tab === 'doctor' && bundle !== null && <DoctorRows report={bundle.doctor} missing={bundle.missing} />}
      {tab === 'inside' && <Inside shown={shown} other={other} />}
      {tab === 'journal' && (
        <section class="card table-card">
          {entries.length === 0 ? <Nothing>{words.noJournal}</Nothing> : <JournalRows entries={entries} />}
        </section>
      )}
      {tab === 'configuration' && (
        <section class="card">
          <pre class="document">{JSON.stringify(bundle?.configuration ?? null, null, 2)}</pre>
        </section>
      )}
    </>
  );
}

function Inside({ shown, other }: { shown: OpenFile; other: OpenFile | null }) {
  const words = useWords(BUNDLE);
  const historyOf = (file: OpenFile | null) =>
    file?.file.snapshot == null ? null : new InsideHistory(file.file.snapshot);
  const history = useMemo(() => historyOf(shown), [shown]);
  const compared = useMemo(() => historyOf(other), [other]);
  if (history === null) return <Nothing>{words.noSnapshot}</Nothing>;
  return (
    <>
      <SnapshotFacts history={history} />
      <InsideView history={history} other={compared} isFollowing={false} />
    </>
  );
}

function About({ shown }: { shown: OpenFile }) {
  const words = useWords(BUNDLE);
  const format = useFormat();
  const { bundle, snapshot } = shown.file;
  const made = bundle?.at ?? snapshot?.at ?? null;
  const facts = [
    [words.about, shown.name],
    [words.made, made === null ? null : format.instant(made)],
    [words.tid, bundle?.tid ?? null],
    [words.sn, bundle?.sn ?? null],
    ...Object.entries(bundle?.versions ?? { till: snapshot?.sw ?? '' }),
  ] as const;
  return (
    <p class="snapshot-facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <span key={name}>
            {name} <b>{value}</b>
          </span>
        ))}
    </p>
  );
}
