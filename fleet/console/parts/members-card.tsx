import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { queryOf } from '../api/client.ts';
import { Paged } from './paged.tsx';
import { SelectField } from './select-field.tsx';
import { type Column, Table } from './table.tsx';
import { usePages } from './use-pages.ts';

const PAGE_LINES = 200;

interface MembersCardProps<Member> {
  /** `/rollouts/<id>/members`, or a campaign's. */
  readonly path: string;
  readonly changed: string;
  readonly load: (path: string, signal: AbortSignal) => Promise<{ readonly members: readonly Member[] }>;
  readonly states: readonly string[];
  readonly words: {
    readonly members: string;
    readonly noMembers: string;
    readonly state: string;
    readonly more: string;
    readonly told: Readonly<Record<string, string>>;
  };
  readonly columns: readonly Column[];
  readonly row: (member: Member) => ComponentChildren;
}

/** The terminals of a rollout or a campaign in the order of their turn, by state. */
export function MembersCard<Member extends { readonly place: number }>(props: MembersCardProps<Member>) {
  const { path, changed, load, states, words, columns, row } = props;
  const [state, setState] = useState('');
  const pages = usePages<Member>(`${path} ${state} ${changed}`, async (after, signal) => {
    const query = queryOf({ state, after: after ?? undefined, limit: PAGE_LINES });
    const { members } = await load(`${path}${query}`, signal);
    const last = members.length < PAGE_LINES ? undefined : members.at(-1);
    return { items: members, next: last === undefined ? null : String(last.place), count: null };
  });
  const options = states.map((one) => [one, words.told[one] ?? one] as const);
  const head = (
    <header>
      <h2>{words.members}</h2>
      <SelectField {...{ name: 'state', label: words.state, options, value: state, choose: setState }} />
    </header>
  );
  return (
    <Paged pages={pages} none={words.noMembers} more={words.more} head={head} label={words.members}>
      {(items) => <Table columns={columns}>{items.map(row)}</Table>}
    </Paged>
  );
}
