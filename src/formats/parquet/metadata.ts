import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { decodeUtf8 } from '../json.ts';
import { refuseFailedDownload } from '../sniff.ts';
import { readCompact, type Thrift, type ThriftStruct } from './thrift.ts';

/** How the values of a column lie in the file; `other` are those that hold no real numbers. */
export type ColumnType = 'float32' | 'float64' | 'float16' | 'other';

/** One leaf of the schema. */
export interface ParquetColumn {
  /** Names from the top-level column down to the leaf. */
  readonly path: readonly string[];
  readonly type: ColumnType;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

/** The bytes of one column in one row group. */
export interface ColumnChunk {
  /** Number of the codec, see `decompress`. */
  readonly codec: number;
  /** Values, nulls included. */
  readonly values: number;
  /** Where its pages begin and end in the file. */
  readonly start: number;
  readonly end: number;
}

export interface RowGroup {
  readonly rows: number;
  /** One a leaf, in the order of the schema. */
  readonly chunks: readonly ColumnChunk[];
}

export interface ParquetMetadata {
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly groups: readonly RowGroup[];
}

/** Far above any real footer: 100 000 column chunks take some 10 MB. */
const MAX_FOOTER = 32 * 2 ** 20;
const MAX_VALUES = 4_000_000;
const MAX_SCHEMA_DEPTH = 32;
const MAGIC = 0x31524150;

/** Numbers of `Type`, `FieldRepetitionType` in parquet.thrift. */
const FLOAT = 4;
const DOUBLE = 5;
const FIXED = 7;
const OPTIONAL = 1;
const REPEATED = 2;
/** Field of `LogicalType` that says FLOAT16. */
const LOGICAL_FLOAT16 = 15;

/**
 * Reads the footer of a Parquet file: schema, row groups, and where their columns lie, every place checked to be inside the file.
 * @throws InputError naming the file and the part of its footer.
 */
export async function readParquetMetadata(source: ByteSource): Promise<ParquetMetadata> {
  const file = source.name;
  const place = { file, field: 'footer' };
  const size = source.byteLength;
  refuseFailedDownload(file, await source.slice(0, Math.min(64, size)));
  const tail = size < 12 ? null : await source.slice(size - 8, size);
  const view = tail === null ? null : new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (view?.getUint32(4, true) !== MAGIC) throw new InputError('the file does not end as Parquet does (PAR1).', { file, fix: 'The file may be cut; copy it again.' });
  const length = view.getUint32(0, true);
  if (length > size - 12) throw new InputError(`the footer claims ${length} bytes in a file of ${size}.`, place);
  if (length > MAX_FOOTER) throw new InputError(`a footer of ${length} bytes is more than ${MAX_FOOTER}.`, place);
  const { struct } = readCompact(await source.slice(size - 8 - length, size - 8), place, MAX_VALUES);
  const columns = leaves(structs(struct.get(2), file, 'schema'), file);
  const groups = structs(struct.get(4), file, 'row groups').map((group, g) => readGroup(group, g, columns, source));
  const rows = natural(struct.get(3), file, 'number of rows');
  const inGroups = groups.reduce((sum, group) => sum + group.rows, 0);
  if (inGroups !== rows) throw new InputError(`the footer says ${rows} rows, its row groups have ${inGroups}.`, place);
  return { rows, columns, groups };
}

/** The leaves of a schema, which comes as its nodes in depth-first order. */
function leaves(nodes: readonly ThriftStruct[], file: string): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const damaged = (): never => {
    throw new InputError('the schema is no tree.', { file, field: 'schema' });
  };
  let next = 1;
  const walk = (above: readonly string[], definition: number, repetition: number): void => {
    const node = nodes[next] ?? damaged();
    next += 1;
    if (above.length >= MAX_SCHEMA_DEPTH) damaged();
    const path = [...above, text(node.get(4), file)];
    const kind = node.get(3) ?? 0;
    const levels = definition + (kind === OPTIONAL || kind === REPEATED ? 1 : 0);
    const repetitions = repetition + (kind === REPEATED ? 1 : 0);
    const children = natural(node.get(5) ?? 0, file, 'schema');
    if (children === 0) columns.push({ path, type: columnType(node), maxDefinition: levels, maxRepetition: repetitions });
    for (let child = 0; child < children; child++) walk(path, levels, repetitions);
  };
  const top = natural(nodes[0]?.get(5) ?? 0, file, 'schema');
  for (let column = 0; column < top; column++) walk([], 0, 0);
  if (next !== nodes.length) damaged();
  return columns;
}

function columnType(node: ThriftStruct): ColumnType {
  const type = node.get(1);
  if (type === FLOAT) return 'float32';
  if (type === DOUBLE) return 'float64';
  const logical = node.get(10);
  return type === FIXED && node.get(2) === 2 && logical instanceof Map && logical.has(LOGICAL_FLOAT16) ? 'float16' : 'other';
}

function readGroup(group: ThriftStruct, g: number, columns: readonly ParquetColumn[], { name: file, byteLength }: ByteSource): RowGroup {
  const field = `row group ${g}`;
  const chunks = structs(group.get(1), file, field).map((chunk, column): ColumnChunk => {
    const meta = structs([chunk.get(3) ?? 0], file, field)[0] ?? chunk;
    const data = natural(meta.get(9), file, field);
    const dictionary = meta.get(11) === undefined ? 0 : natural(meta.get(11), file, field);
    // Some writers leave a dictionary's place 0 where there is none.
    const start = dictionary > 0 && dictionary < data ? dictionary : data;
    const end = start + natural(meta.get(7), file, field);
    if (chunk.get(1) !== undefined) throw new InputError('its values lie in another file.', { file, field });
    if (start < 4 || end > byteLength) {
      throw new InputError(`column ${columns[column]?.path.join('.') ?? column} claims bytes ${start} to ${end} of a file of ${byteLength}.`, { file, field, fix: 'The file may be cut; copy it again.' });
    }
    return { codec: natural(meta.get(4), file, field), values: natural(meta.get(5), file, field), start, end };
  });
  if (chunks.length !== columns.length) throw new InputError(`has ${chunks.length} columns, the schema ${columns.length}.`, { file, field });
  return { rows: natural(group.get(3), file, field), chunks };
}

function structs(value: Thrift | undefined, file: string, field: string): ThriftStruct[] {
  const items: readonly Thrift[] | null = isList(value) ? value : null;
  const found = items?.filter((item): item is ThriftStruct => item instanceof Map);
  if (found === undefined || found.length !== items?.length) throw new InputError('is missing or damaged.', { file, field });
  return found;
}

function isList(value: Thrift | undefined): value is readonly Thrift[] {
  return Array.isArray(value);
}

function natural(value: Thrift | undefined, file: string, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InputError('a count or place in it is missing or negative.', { file, field });
}

function text(value: Thrift | undefined, file: string): string {
  const place = { file, field: 'schema' };
  if (!(value instanceof Uint8Array)) throw new InputError('a column has no name.', place);
  return decodeUtf8(value, place);
}
