import { parquetWriteBuffer } from 'hyparquet-writer';
import { cells, rowCount, type Column } from './table.ts';

/**
 * A table as Parquet (Snappy), which pandas, DuckDB and the Hub's viewer open: whole numbers are INT32, numbers DOUBLE, texts
 * UTF-8, all of them nullable. Numbers that are not finite become null.
 */
export function writeParquet(columns: readonly Column[]): Uint8Array {
  rowCount(columns);
  const types = { integer: 'INT32', number: 'DOUBLE', text: 'STRING' } as const;
  return new Uint8Array(parquetWriteBuffer({ columnData: columns.map((column) => ({ name: column.name, data: cells(column), type: types[column.type], nullable: true })), createdBy: 'vlm-explore' }));
}
