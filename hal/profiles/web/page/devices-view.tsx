import { useState } from 'preact/hooks';

import type { TerminalView } from '../wire.ts';
import type { Words } from './words.ts';

const PRINTER_STATES = [
  ['ok', 'printerOk'],
  ['out-of-paper', 'printerOut'],
  ['unplugged', 'printerUnplugged'],
] as const;

/** The world around the terminal, to be changed by hand: the printer's state and the networks in reach. */
export function DevicesView(props: {
  view: TerminalView;
  words: Words;
  dead: boolean;
  send: (path: string, body: object) => void;
}) {
  const { view, words, dead, send } = props;
  return (
    <>
      <section class="card" aria-labelledby="devices-title">
        <h2 id="devices-title">{words.devices}</h2>
        <fieldset class="switch" disabled={dead}>
          <legend>{words.printer}</legend>
          {PRINTER_STATES.map(([state, word]) => (
            <label key={state}>
              <input
                type="radio"
                name="printer"
                checked={view.printer === state}
                onChange={() => send('printer', { state })}
              />
              <span>{words[word]}</span>
            </label>
          ))}
        </fieldset>
        {view.printer === 'cover-open' && <p class="hint">{words.printerCover}</p>}
        <Radio view={view} words={words} dead={dead} send={send} />
      </section>
      <section class="card small-print">
        <p>
          <strong>{words.keys}</strong>
          <br />
          {words.keysHelp}
        </p>
        <p>
          <a href="/api/dump" target="_blank" rel="noreferrer">
            {words.inside}
          </a>{' '}
          · Till {view.version}
        </p>
      </section>
    </>
  );
}

function Radio({
  view,
  words,
  dead,
  send,
}: {
  view: TerminalView;
  words: Words;
  dead: boolean;
  send: (path: string, body: object) => void;
}) {
  const [ssid, setSsid] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const add = (event: Event) => {
    event.preventDefault();
    if (ssid === '') return;
    send('wifi', { do: 'add', ssid, passphrase });
    setSsid('');
    setPassphrase('');
  };
  return (
    <div class="radio">
      <h3>{words.radio}</h3>
      {view.radio.networks.length === 0 && <p class="hint">{words.radioNone}</p>}
      <ul>
        {view.radio.networks.map((network) => (
          <li key={network.ssid} data-joined={view.radio.current === network.ssid ? '' : undefined}>
            <span class="ssid">{network.ssid}</span>
            {!network.open && <Lock />}
            {view.radio.current === network.ssid && <span class="badge">{words.radioJoined}</span>}
            <button
              type="button"
              class="button quiet small"
              disabled={dead}
              onClick={() => send('wifi', { do: 'remove', ssid: network.ssid })}
            >
              {words.radioRemove}
            </button>
          </li>
        ))}
      </ul>
      <details>
        <summary>{words.radioAdd}</summary>
        <form class="radio-add" onSubmit={add}>
          <input
            aria-label={words.radioName}
            placeholder={words.radioName}
            value={ssid}
            maxLength={32}
            autocomplete="off"
            onInput={(event) => setSsid(event.currentTarget.value)}
          />
          <input
            aria-label={words.radioPass}
            placeholder={words.radioPass}
            value={passphrase}
            maxLength={128}
            autocomplete="off"
            onInput={(event) => setPassphrase(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={dead || ssid === ''}>
            {words.add}
          </button>
        </form>
      </details>
    </div>
  );
}

function Lock() {
  return (
    <svg viewBox="0 0 16 16" class="lock" aria-hidden="true">
      <rect x="3.5" y="7" width="9" height="6.5" rx="1.5" fill="currentColor" />
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" fill="none" stroke="currentColor" stroke-width="1.4" />
    </svg>
  );
}
