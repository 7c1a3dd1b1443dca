/** How an event reads: `after pollDelay`, `submit done`, `always`, or its own name. */
export function eventWords(event: string): string {
  if (event === '') return 'always';
  if (event === 'xstate.init') return 'start';
  if (event === 'xstate.stop') return 'stop';
  const after = /^xstate\.after\.([^.]+)\./.exec(event);
  if (after !== null) return `after ${/^\d+$/.test(after[1] ?? '') ? `${after[1]} ms` : after[1]}`;
  if (event.startsWith('xstate.done.state.')) return 'all done';
  const ended = /^xstate\.(done|error|snapshot)\.actor\.(.+)$/.exec(event);
  if (ended === null) return event;
  const [, how, who = ''] = ended;
  const verb = how === 'done' ? 'done' : how === 'error' ? 'failed' : 'changed';
  return `${/^\d+\./.test(who) ? (who.split('.').at(-1) ?? who) : who} ${verb}`;
}
