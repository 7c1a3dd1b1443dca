import { useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { Dialog } from './dialog.tsx';

/** Which keys do what. */
export function KeysHelp({ close }: { close: () => void }) {
  const words = useWords(COMMON);
  return (
    <Dialog title={words.keys} close={close}>
      <dl class="keys">
        {words.keysHelp.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
