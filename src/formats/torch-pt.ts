import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { isKind, type PickleTensor, type PickleValue } from './pickle-values.ts';
import { sniff } from './sniff.ts';
import { short } from './text.ts';
import { gatherStrided, isRowMajor } from './strided.ts';
import { decodeElements, elementCount, itemSize, missingTensor, type Tensor, type TensorFile, type TensorInfo } from './tensor.ts';
import { unpickle } from './unpickle.ts';
import { openZip, type ZipFile } from './zip.ts';

/** Pickles of state dicts have kilobytes. */
const MAX_PICKLE = 16 * 2 ** 20;
/** An expanded tensor (stride 0) may have more elements than its storage, up to this many. */
const MAX_EXPANDED = 2 ** 20;
/** Wrappers that training scripts put around a state dict. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'sae_state_dict', 'model', 'ae'];

/**
 * Opens a torch archive (`torch.save` since 1.6, a zip) as named tensors: unwraps `state_dict` and the like, drops a common `module.`
 * prefix, keeps plain numbers and strings beside the tensors as `values`, ignores all else. The pickle is read with an allow-list, see `unpickle`.
 * @throws InputError naming the file and what is wrong.
 */
export async function openStateDict(source: ByteSource): Promise<TensorFile> {
  const file = source.name;
  if ((await sniff(source)) !== 'zip') {
    throw new InputError('this is not a torch archive.', {
      file,
      fix: 'If it was saved by torch before 1.6, load it there and save it again: torch.save(torch.load(path), path).',
    });
  }
  const zip = await openZip(source);
  const root = rootOf(zip);
  const pickled = zip.entries.get(`${root}data.pkl`);
  if (pickled === undefined || pickled.size > MAX_PICKLE)
    throw new InputError('the pickle is too large for a state dict.', { file, field: 'data.pkl' });
  await checkByteOrder(zip, root);
  const { tensors, values } = stateDict(unpickle(await zip.read(pickled.name), file), file);
  const infos = new Map<string, TensorInfo>();
  for (const [name, tensor] of tensors) infos.set(name, { dtype: tensor.storage.dtype, shape: tensor.shape });
  return {
    name: file,
    tensors: infos,
    values,
    read: async (name) => readTensor(zip, root, name, tensors.get(name) ?? missingTensor(file, name)),
  };
}

/** Folder of `data.pkl` inside the archive, with its slash. */
function rootOf(zip: ZipFile): string {
  const names = [...zip.entries.keys()];
  const pickles = names.filter((name) => /^(?:[^/]+\/)?data\.pkl$/.test(name));
  const [first, ...more] = pickles;
  if (names.some((name) => /(?:^|\/)(?:constants\.pkl|code\/)/.test(name))) {
    throw new InputError('this is a TorchScript program, not a state dict.', {
      file: zip.name,
      fix: 'Save the weights instead: torch.save(model.state_dict(), "sae.pt").',
    });
  }
  if (first === undefined || more.length > 0)
    throw new InputError('the zip is not a torch archive: it needs exactly one data.pkl.', { file: zip.name });
  return first.slice(0, -'data.pkl'.length);
}

async function checkByteOrder(zip: ZipFile, root: string): Promise<void> {
  const member = `${root}byteorder`;
  if (!zip.entries.has(member)) return;
  const order = new TextDecoder().decode(await zip.read(member));
  if (order !== 'little')
    throw new InputError(`the byte order "${order.slice(0, 16)}" is not read.`, {
      file: zip.name,
      field: 'byteorder',
      fix: 'Save it again on a little-endian machine.',
    });
}

/** What is read of a pickled dictionary. */
interface StateDict {
  readonly tensors: Map<string, PickleTensor>;
  readonly values: Map<string, number | string | boolean>;
}

/** Tensors by name, those inside a wrapper first. Looks one level into known wrappers, never deeper: nothing here recurses. */
function stateDict(value: PickleValue, file: string): StateDict {
  if (!isKind(value, 'dict'))
    throw new InputError('the file holds no dictionary of tensors.', {
      file,
      fix: 'Save the weights with torch.save(model.state_dict(), path).',
    });
  const wrapped = WRAPPERS.map((key) => value.entries.get(key)).find((inner) => isKind(inner, 'dict'));
  const inner = isKind(wrapped, 'dict') ? wrapped.entries : value.entries;
  const tensors = tensorsOf(inner);
  // What lies beside the wrapper (MSAE's mean_center) must not hide what is inside.
  if (tensors.size > 0) for (const [name, tensor] of tensorsOf(value.entries)) if (!tensors.has(name)) tensors.set(name, tensor);
  if (tensors.size === 0)
    throw new InputError('there is no tensor in the file.', {
      file,
      fix: 'Save the weights with torch.save(model.state_dict(), path).',
    });
  const values = valuesOf(value.entries);
  if (inner !== value.entries) for (const [name, plain] of valuesOf(inner)) values.set(name, plain);
  return { tensors, values };
}

function valuesOf(entries: ReadonlyMap<PickleValue, PickleValue>): StateDict['values'] {
  const values: StateDict['values'] = new Map();
  for (const [key, value] of entries) {
    if (typeof key !== 'string') continue;
    if (isPlain(value)) values.set(key, value);
    else if (isKind(value, 'dict')) {
      for (const [inner, item] of value.entries) if (typeof inner === 'string' && isPlain(item)) values.set(`${key}.${inner}`, item);
    }
  }
  return values;
}

function isPlain(value: PickleValue): value is number | string | boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

function tensorsOf(entries: ReadonlyMap<PickleValue, PickleValue>): Map<string, PickleTensor> {
  const tensors: [string, PickleTensor][] = [];
  for (const [key, value] of entries) if (typeof key === 'string' && isKind(value, 'tensor')) tensors.push([key, value]);
  const prefixed = tensors.length > 0 && tensors.every(([name]) => name.startsWith('module.'));
  return new Map(prefixed ? tensors.map(([name, tensor]) => [name.slice('module.'.length), tensor]) : tensors);
}

async function readTensor(zip: ZipFile, root: string, name: string, tensor: PickleTensor): Promise<Tensor> {
  const { storage, offset, shape, stride } = tensor;
  const place = { file: zip.name, field: short(name) };
  const count = elementCount(shape);
  if (count === null || count > Math.max(MAX_EXPANDED, storage.numel))
    throw new InputError(`the size (${shape.join(', ')}) is more than its storage can mean.`, place);
  const last = shape.reduce((sum, axis, i) => sum + (axis - 1) * (stride[i] ?? 0), offset);
  if (count > 0 && last >= storage.numel)
    throw new InputError(`the tensor reaches element ${last} of a storage of ${storage.numel}.`, place);
  const member = zip.entries.get(`${root}data/${storage.key}`);
  if (member === undefined) throw new InputError(`its storage data/${storage.key} is not in the archive.`, place);
  // Checked before anything is inflated: a bomb never gets as far as memory.
  if (member.size !== storage.numel * itemSize(storage.dtype)) {
    throw new InputError(
      `its storage has ${member.size} bytes, ${storage.numel} elements of ${storage.dtype} need ${storage.numel * itemSize(storage.dtype)}.`,
      place,
    );
  }
  const all = decodeElements(storage.dtype, await zip.read(member.name));
  const whole = offset === 0 && count === storage.numel && isRowMajor(shape, stride);
  return { dtype: storage.dtype, shape, data: whole ? all : gatherStrided(all, offset, shape, stride) };
}
