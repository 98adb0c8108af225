import type { DType } from './tensor.ts';

/** What a restricted pickle can hold: data and torch tensors, never a class, a function or their results. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor;

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** dict or collections.OrderedDict; a Map, so that no key can reach a prototype. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** One of the names on the allow-list; only a word to us, it is never looked up or called. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: AllowedGlobal;
}

/** Reference to a raw storage member of the archive. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: DType;
  /** Elements of the whole storage. */
  readonly numel: number;
}

/** A strided view of a storage. */
export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** The whole allow-list (formats.md, "What breaks importers"). */
export type AllowedGlobal =
  'collections.OrderedDict' | 'torch._utils._rebuild_tensor_v2' | 'torch._utils._rebuild_parameter' | `torch.${string}Storage`;

const STORAGES = new Map<string, DType>([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
]);

/** Element type of a storage class, `undefined` for those that hold no plain numbers (complex, quantised). */
export function storageType(name: string): DType | undefined {
  return STORAGES.get(name);
}

/** True for the few names a state dict needs. */
export function isAllowed(name: string): name is AllowedGlobal {
  return (
    name === 'collections.OrderedDict' ||
    name === 'torch._utils._rebuild_tensor_v2' ||
    name === 'torch._utils._rebuild_parameter' ||
    STORAGES.has(name)
  );
}

type Tagged = Extract<PickleValue, { readonly kind: string }>;

/** Narrows a pickled value by its tag. */
export function isKind<K extends Tagged['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Tagged, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
