import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** XState's own entry actions for `after`: the events column already names the delay. */
const TIMER_ACTIONS = ['raise', 'xstate.raise'];

/** One arrow of a chart. */
interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly label: string;
}

// Mermaid reads these as syntax in a label; the words around them carry the meaning.
const labelText = (text: string): string =>
  text
    .replaceAll(/[:;#<>{}"]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const nodeId = (node: AnyStateNode): string => node.path.join('__') || 'root';

/** The name of a guard, action or actor as the chart gives it; composed guards show their parts. */
function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'function') {
    const parts: unknown = (reference as { guards?: unknown }).guards;
    const check: unknown = (reference as { check?: unknown }).check;
    const word = typeof check === 'function' ? check.name.replace(/^check/, '').toLowerCase() : 'inline';
    return Array.isArray(parts) ? `${word}(${parts.map(nameOf).join(', ')})` : reference.name || 'inline';
  }
  if (typeof reference === 'object' && reference !== null && 'type' in reference) return String(reference.type);
  return 'inline';
}

/** How an event reads on an arrow: `after 5s`, `submit done`, `submit failed`, `always` or the event itself. */
function eventLabel(event: string): string {
  if (event === '') return 'always';
  const after = /^xstate\.after\.([^.]+)\./.exec(event);
  if (after !== null) return `after ${after[1]}`;
  if (event.startsWith('xstate.done.state.')) return 'all done';
  if (event.startsWith('xstate.done.actor.')) return `${event.slice('xstate.done.actor.'.length)} done`;
  if (event.startsWith('xstate.error.actor.')) return `${event.slice('xstate.error.actor.'.length)} failed`;
  return event;
}

/** Invoke ids are `0.machine.state` by default; the port's name is what a reader knows. */
function readableIds(node: AnyStateNode, label: string): string {
  return node.invoke.reduce((text, invoke) => text.replace(invoke.id, nameOf(invoke.src)), label);
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function transitionsOf(node: AnyStateNode): { event: string; target: readonly AnyStateNode[]; guard: unknown }[] {
  const listed = [...node.transitions.entries()].flatMap(([event, transitions]) =>
    transitions.map((transition) => ({ event, target: transition.target ?? [], guard: transition.guard })),
  );
  const always = (node.always ?? []).map(({ target, guard }) => ({ event: '', target: target ?? [], guard }));
  return [...listed, ...always];
}

function arrowsOf(node: AnyStateNode): Arrow[] {
  return transitionsOf(node).flatMap(({ event, target, guard }) => {
    const when = readableIds(node, eventLabel(event));
    const label = labelText(guard === undefined ? when : `${when} [${nameOf(guard)}]`);
    return target.map((to) => ({ from: node, to, label }));
  });
}

function drawNode(node: AnyStateNode, indent: string): string[] {
  const children = Object.values(node.states);
  if (children.length === 0) return [`${indent}state "${labelText(node.key)}" as ${nodeId(node)}`];
  return [
    `${indent}state "${labelText(node.key)}" as ${nodeId(node)} {`,
    ...drawChildren(node, `${indent}  `),
    `${indent}}`,
  ];
}

function drawChildren(node: AnyStateNode, indent: string): string[] {
  const children = Object.values(node.states);
  if (node.type === 'parallel') {
    // Each region is drawn with its frame, separated by the mark for concurrency.
    return children.flatMap((child, index) => [...(index > 0 ? [`${indent}--`] : []), ...drawNode(child, indent)]);
  }
  const initial = node.initial.target?.map((target) => `${indent}[*] --> ${nodeId(target)}`) ?? [];
  const final = children.filter(({ type }) => type === 'final').map((child) => `${indent}${nodeId(child)} --> [*]`);
  return [...(children.length > 0 ? initial : []), ...children.flatMap((child) => drawNode(child, indent)), ...final];
}

/** Arrows between the same two states share one line, so that a chart with many events stays readable. */
function drawArrows(root: AnyStateNode): string[] {
  const merged = new Map<string, string[]>();
  for (const node of nodesOf(root)) {
    if (node === root) continue;
    for (const { from, to, label } of arrowsOf(node)) {
      const key = `${nodeId(from)} --> ${nodeId(to)}`;
      const labels = merged.get(key) ?? [];
      if (!labels.includes(label)) labels.push(label);
      merged.set(key, labels);
    }
  }
  return [...merged].map(([arrow, labels]) => `  ${arrow} : ${labels.join(' / ')}`);
}

const cell = (words: readonly string[]): string =>
  [...new Set(words)].map((word) => `\`${word.replaceAll('|', '\\|')}\``).join(', ') || '–';

function tableRow(node: AnyStateNode): string {
  const kind = node.type === 'atomic' ? 'state' : node.type;
  const events = (node.ownEvents as string[]).filter((event) => !/^xstate\.(done|error)\./.test(event)).map(eventLabel);
  return [
    '',
    `\`${node.path.join('.') || node.key}\``,
    kind,
    cell(node.tags),
    cell(node.invoke.map(({ src }) => nameOf(src))),
    cell(node.entry.map(nameOf).filter((name) => !TIMER_ACTIONS.includes(name))),
    cell(events),
    '',
  ]
    .join(' | ')
    .trim();
}

/** A page of documentation for one machine: the chart as mermaid and a table of its states. Same machine, same bytes. */
export function diagramPage(name: string, machine: AnyStateMachine): string {
  const { root } = machine;
  const anywhere = arrowsOf(root).map(({ label, to }) => `- ${label} → \`${to.path.join('.')}\``);
  return [
    `# ${name}`,
    '',
    'Generated from the machine by `npm run diagrams`; do not edit.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...drawChildren(root, '  '),
    ...drawArrows(root),
    '```',
    '',
    ...(anywhere.length > 0 ? ['From any state:', '', ...new Set(anywhere), ''] : []),
    '| state | kind | tags | invokes | on entry | events |',
    '| --- | --- | --- | --- | --- | --- |',
    ...nodesOf(root)
      .filter((node) => node !== root || node.invoke.length > 0 || node.ownEvents.length > 0)
      .map(tableRow),
    '',
  ].join('\n');
}
