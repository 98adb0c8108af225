import {
  isKind,
  storageType,
  type AllowedGlobal,
  type PickleDict,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from './pickle-values.ts';
import { shortJson } from './text.ts';

/** Throws the InputError that says where in the pickle this was. */
type Refuse = (reason: string) => never;

/** What the call of an allowed name stands for, as plain data. `refuse` throws when the arguments are not those torch writes. */
export function construct(name: AllowedGlobal, args: readonly PickleValue[], refuse: Refuse): PickleValue {
  if (name === 'collections.OrderedDict') return orderedDict(args, refuse);
  if (name === 'torch._utils._rebuild_tensor_v2') return tensor(args, refuse);
  const [value] = args;
  if (name === 'torch._utils._rebuild_parameter' && isKind(value, 'tensor')) return value;
  return refuse(`the pickle calls ${name} with something that is not a tensor.`);
}

/** The persistent id torch writes: ('storage', class, key, device, element count). */
export function storageOf(id: PickleValue, refuse: Refuse): PickleStorage {
  const [tag, type, key, device, numel] = isKind(id, 'tuple') ? id.items : [];
  if (tag !== 'storage' || !isKind(type, 'global') || typeof device !== 'string')
    return refuse('a persistent id does not name a storage.');
  const dtype = storageType(type.name);
  if (dtype === undefined) return refuse(`${type.name} is not a storage.`);
  if (device === 'meta') return refuse('a tensor on the "meta" device has no data.');
  if (typeof key !== 'string' || !/^\d{1,9}$/.test(key)) return refuse(`the storage key ${shortJson(key)} is not a number.`);
  if (!isNatural(numel)) return refuse('a storage has an impossible size.');
  return { kind: 'storage', key, dtype, numel };
}

/** OrderedDict() or OrderedDict([(key, value), …]). */
function orderedDict(args: readonly PickleValue[], refuse: Refuse): PickleDict {
  const [pairs] = args;
  const entries = new Map<PickleValue, PickleValue>();
  if (args.length === 0) return { kind: 'dict', entries };
  if (args.length > 1 || !isKind(pairs, 'list'))
    return refuse('an OrderedDict is built from something that is not a list of pairs.');
  for (const pair of pairs.items) {
    const [key, value, ...more] = isKind(pair, 'tuple') || isKind(pair, 'list') ? pair.items : [];
    if (key === undefined || value === undefined || more.length > 0)
      return refuse('an OrderedDict is built from something that is not a list of pairs.');
    entries.set(key, value);
  }
  return { kind: 'dict', entries };
}

/** _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata]); bounds are checked when it is read. */
function tensor(args: readonly PickleValue[], refuse: Refuse): PickleTensor {
  const [storage, offset, size, strides] = args;
  if (!isKind(storage, 'storage') || args.length < 6 || args.length > 7) return refuse('a tensor is not built from a storage.');
  if (!isNatural(offset)) return refuse('a tensor has an impossible offset.');
  const shape = naturals(size);
  const stride = naturals(strides);
  if (shape === null || stride?.length !== shape.length) return refuse('a tensor has an impossible size or stride.');
  return { kind: 'tensor', storage, offset, shape, stride };
}

function naturals(value: PickleValue | undefined): number[] | null {
  if (!isKind(value, 'tuple')) return null;
  const numbers = value.items.filter(isNatural);
  return numbers.length === value.items.length ? numbers : null;
}

function isNatural(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
