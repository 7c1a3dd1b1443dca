import { useEffect, useRef, useState } from 'preact/hooks';

import type { DrawnCode } from '../wire.ts';
import { hasCamera, readByCamera } from './camera-reader.ts';
import type { Language, Words } from './words.ts';

/** A configuration QR is good for five minutes. */
const REFRESH_EVERY_MS = 120_000;

/** What can be held in front of the scanner: ready codes, the camera, a pasted or typed text. */
export function CodesView(props: {
  words: Words;
  language: Language;
  hasDrawer: boolean;
  /** A new slip may mean new codes: a paid order has a barcode. */
  newestPaper: number;
  dead: boolean;
  scan: (text: string) => Promise<boolean>;
}) {
  const { words, scan } = props;
  return (
    <>
      {props.hasDrawer && <Drawer {...props} />}
      <section class="card" aria-labelledby="scanner-title">
        <h2 id="scanner-title">{words.scanner}</h2>
        <ScanField words={words} dead={props.dead} scan={scan} />
        <Camera words={words} scan={scan} />
      </section>
    </>
  );
}

function Drawer({
  words,
  language,
  newestPaper,
  dead,
  scan,
}: {
  words: Words;
  language: Language;
  newestPaper: number;
  dead: boolean;
  scan: (text: string) => Promise<boolean>;
}) {
  const [codes, setCodes] = useState<readonly DrawnCode[]>([]);
  const [scanned, setScanned] = useState<number | null>(null);
  const refresh = async () => {
    try {
      const answer = await fetch('/api/drawer');
      if (answer.ok) setCodes((await answer.json()) as DrawnCode[]);
    } catch {
      // The banner already says that the terminal is not there; its return brings the codes.
    }
  };
  useEffect(() => {
    if (dead) return;
    void refresh();
    const timer = window.setInterval(() => void refresh(), REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, [dead, newestPaper]);
  const show = async (code: DrawnCode, index: number) => {
    setScanned(index);
    // A code is good for one payment; the next customer shows another.
    if (await scan(code.text)) await refresh();
    window.setTimeout(() => setScanned(null), 900);
  };
  return (
    <section class="card" aria-labelledby="codes-title">
      <h2 id="codes-title">{words.codes}</h2>
      <p class="hint">{words.codesHint}</p>
      <div class="codes">
        {codes.map((code, index) => (
          <button
            type="button"
            key={index}
            class="code"
            data-kind={code.kind}
            data-scanned={scanned === index ? '' : undefined}
            disabled={dead}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void show(code, index)}
          >
            <img src={code.picture} alt="" width="40" height="40" />
            <span>{scanned === index ? `${words.scanned} ✓` : <Label text={code.label[language]} />}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

/** What follows a dot is the smaller second line. */
function Label({ text }: { text: string }) {
  const [name, ...rest] = text.split(' · ');
  return (
    <>
      {name}
      {rest.length > 0 && <small>{rest.join(' · ')}</small>}
    </>
  );
}

function ScanField({ words, dead, scan }: { words: Words; dead: boolean; scan: (text: string) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (text.trim() !== '' && (await scan(text.trim()))) setText('');
  };
  return (
    <form class="scan-field" onSubmit={(event) => void submit(event)}>
      <label for="scan-text" class="hint">
        {words.scanField}
      </label>
      <div class="row">
        <input
          id="scan-text"
          value={text}
          maxLength={4096}
          placeholder={words.scanPlaceholder}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={dead || text.trim() === ''}>
          {words.scanSend}
        </button>
      </div>
    </form>
  );
}

function Camera({ words, scan }: { words: Words; scan: (text: string) => Promise<boolean> }) {
  const video = useRef<HTMLVideoElement>(null);
  const search = useRef<AbortController | null>(null);
  const [on, setOn] = useState(false);
  const [refused, setRefused] = useState(false);
  useEffect(() => () => search.current?.abort(), []);
  useEffect(() => {
    if (!on || video.current === null) return;
    const ending = new AbortController();
    search.current = ending;
    readByCamera(video.current, ending.signal).then(
      (text) => {
        setOn(false);
        if (text !== null) void scan(text);
      },
      () => {
        setOn(false);
        setRefused(true);
      },
    );
    return () => ending.abort();
  }, [on]);
  if (!hasCamera()) return <p class="hint">{words.cameraMissing}</p>;
  return (
    <div class="camera">
      <button type="button" class="button quiet wide" aria-pressed={on} onClick={() => (setRefused(false), setOn(!on))}>
        {on ? words.cameraStop : words.camera}
      </button>
      {on && (
        <figure>
          <video ref={video} playsInline muted />
          <figcaption class="hint">{words.cameraAim}</figcaption>
        </figure>
      )}
      {refused && (
        <p class="hint" role="alert">
          {words.cameraRefused}
        </p>
      )}
    </div>
  );
}
