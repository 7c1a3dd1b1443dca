import type { ComponentChildren } from 'preact';

/** A column: its name, or nothing over buttons; numbers stand at the right. */
export type Column = string | { readonly number: string } | null;

interface TableProps {
  readonly columns: readonly Column[];
  readonly class?: string;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table whose every column says what it is. */
export function Table({ columns, children, ...rest }: TableProps) {
  return (
    <table {...rest}>
      <thead>
        <tr>
          {columns.map((column, index) => {
            if (column === null) return <td key={index} class="no-head" />;
            if (typeof column === 'string') return <th key={index}>{column}</th>;
            return (
              <th key={index} class="number">
                {column.number}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
