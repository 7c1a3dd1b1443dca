import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** One arrow of a chart. */
export interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly label: string;
}

/** A text as a label: what Mermaid reads as syntax becomes a space; the words around it carry the meaning. */
export const labelText = (text: string): string =>
  text
    .replaceAll(/[:;#<>{}"]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** A state's name in a drawing: its path, so that it is one of a kind. */
export const nodeId = (node: AnyStateNode): string => node.path.join('__') || 'root';

/** The name of a guard, action or actor as the chart gives it; composed guards show their parts. */
export function nameOf(reference: unknown): string {
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
export function eventLabel(event: string): string {
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

/** A state and everything in it, from the outside in. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function transitionsOf(node: AnyStateNode): { event: string; target: readonly AnyStateNode[]; guard: unknown }[] {
  const listed = [...node.transitions.entries()].flatMap(([event, transitions]) =>
    transitions.map((transition) => ({ event, target: transition.target ?? [], guard: transition.guard })),
  );
  const always = (node.always ?? []).map(({ target, guard }) => ({ event: '', target: target ?? [], guard }));
  return [...listed, ...always];
}

/** The arrows that begin at a state itself. */
export function arrowsOf(node: AnyStateNode): Arrow[] {
  return transitionsOf(node).flatMap(({ event, target, guard }) => {
    const when = readableIds(node, eventLabel(event));
    const label = labelText(guard === undefined ? when : `${when} [${nameOf(guard)}]`);
    return target.map((to) => ({ from: node, to, label }));
  });
}

/** Arrows between the same two states as one, with all their labels, so that a chart with many events stays readable. */
export interface MergedArrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly labels: readonly string[];
}

/** Every arrow of a chart but those that leave from anywhere, in the order of the states. */
export function mergedArrows({ root }: AnyStateMachine): MergedArrow[] {
  const merged = new Map<string, { from: AnyStateNode; to: AnyStateNode; labels: string[] }>();
  for (const node of nodesOf(root)) {
    if (node === root) continue;
    for (const { from, to, label } of arrowsOf(node)) {
      const key = `${nodeId(from)} --> ${nodeId(to)}`;
      const arrow = merged.get(key) ?? { from, to, labels: [] };
      if (!arrow.labels.includes(label)) arrow.labels.push(label);
      merged.set(key, arrow);
    }
  }
  return [...merged.values()];
}
