import { render } from 'preact';

import { App } from './app.tsx';
import { LiveTerminal } from './live-terminal.ts';

const place = document.querySelector('#page');
if (place === null) throw new Error('the page has no place for its content');
const terminal = new LiveTerminal();
terminal.connect();
render(<App terminal={terminal} />, place);
