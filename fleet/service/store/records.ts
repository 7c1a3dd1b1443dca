import { sql, type RawBuilder } from 'kysely';

/**
 * Rows as a table `x` in SQL, whatever their number, as one parameter: both engines take it alike, and the statement stays the same.
 * @param columns column definitions as in SQL, written in the program, never from outside
 */
export function records(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::text::json) as x(${sql.raw(columns)})`;
}
