import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { arrowsOf, eventLabel, labelText, mergedArrows, nameOf, nodeId, nodesOf } from './chart-arrows.ts';

/** XState's own entry actions for `after`: the events column already names the delay. */
const TIMER_ACTIONS = ['raise', 'xstate.raise'];

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
    ...mergedArrows(machine).map(
      ({ from, to, labels }) => `  ${nodeId(from)} --> ${nodeId(to)} : ${labels.join(' / ')}`,
    ),
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
