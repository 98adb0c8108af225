import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickle, pickledTensors, torchArchive, unicode } from '../../tests/hostile/torch-writer.ts';
import { bytesSource } from './byte-source.ts';
import type { TensorFile } from './tensor.ts';
import { openStateDict } from './torch-pt.ts';

const open = (bytes: Uint8Array): Promise<TensorFile> => openStateDict(bytesSource('sae.pt', bytes));
const six = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };

describe('torch archives', () => {
  it('reads tensors of any stride and offset row-major', async () => {
    const file = await open(
      torchArchive({
        plain: six,
        transposed: { ...six, shape: [3, 2], stride: [1, 3] },
        column: { ...six, shape: [2], stride: [3], offset: 1 },
        expanded: { ...six, shape: [2, 4], stride: [3, 0] },
        scalar: { shape: [], data: Float32Array.of(7) },
        none: { ...six, shape: [0, 3] },
        count: { shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) },
      }),
    );
    const data = async (name: string): Promise<unknown> => [...(await file.read(name)).data];
    expect(await data('plain')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await data('transposed')).toEqual([1, 4, 2, 5, 3, 6]);
    expect(await data('column')).toEqual([2, 5]);
    expect(await data('expanded')).toEqual([1, 1, 1, 1, 4, 4, 4, 4]);
    expect(await data('scalar')).toEqual([7]);
    expect(await data('none')).toEqual([]);
    expect(await file.read('count')).toEqual({ dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) });
  });

  it('drops the prefix of DataParallel only where every tensor has it', async () => {
    expect([...(await open(torchArchive({ 'module.a': six, 'module.b': six }))).tensors.keys()]).toEqual(['a', 'b']);
    expect([...(await open(torchArchive({ 'module.a': six, b: six }))).tensors.keys()]).toEqual(['module.a', 'b']);
  });

  it('looks into the wrapper of a training script', async () => {
    const wrapped = pickle('}(', unicode('epoch'), 'K\x05', unicode('state_dict'), pickledTensors({ a: six }), 'u');
    const file = await open(torchArchive({ a: six }, wrapped));
    expect([...(await file.read('a')).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses a pickle that is cut anywhere, in an archive that is sound', async () => {
    const whole = pickle(pickledTensors({ a: six }));
    for (let length = 0; length < whole.length; length++) {
      await expect(open(torchArchive({ a: six }, whole.subarray(0, length)))).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('never throws anything but an InputError, whatever bytes the pickle has', async () => {
    const whole = pickle(pickledTensors({ a: six }));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((body) => pickle(body)),
      fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })).map(([at, byte]) => whole.with(at, byte)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const read = open(torchArchive({ a: six }, body)).then(async (file) => {
          for (const name of file.tensors.keys()) await file.read(name);
        });
        const error: unknown = await read.then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toMatchObject({ name: 'InputError' });
      }),
      { numRuns: 400 },
    );
  });

  it('walks neither deep nor self-containing values', async () => {
    const deep = pickle('}(', unicode('x'), ')'.concat('\x85'.repeat(200_000)), 'u');
    await expect(open(torchArchive({ a: six }, deep))).rejects.toThrow(/sae\.pt: there is no tensor/);
    // A list that is put into itself: EMPTY_LIST, BINPUT 0, BINGET 0, APPEND.
    const cycle = pickle('}(', unicode('x'), ']q\x00h\x00a', unicode('a'), pickledTensors({ b: six }), 'u');
    await expect(open(torchArchive({ a: six }, cycle))).rejects.toThrow(/there is no tensor/);
  });

  it.each([
    ['a name not on the allow-list', 'cposix\nsystem\n', /posix\.system.*never run.*state_dict/],
    ['an allowed name that is called with other arguments', 'ccollections\nOrderedDict\nK\x01\x85R', /OrderedDict is built from/],
    ['a call of something that is not a name', 'K\x01)R', /not on the allow-list/],
    ['attributes of a number', 'K\x01}b', /attributes/],
    ['a million steps', `${'N0'.repeat(500_001)}}`, /more than 1000000 steps/],
  ])('refuses %s', async (_, body, message) => {
    await expect(open(torchArchive({ a: six }, pickle(body)))).rejects.toThrow(message);
  });

  it('keeps the attributes that torch gives a state dict out of it', async () => {
    // OrderedDict(), {'_metadata': {}}, BUILD: what state_dict() pickles to.
    const body = pickle(
      'ccollections\nOrderedDict\n)R(',
      unicode('a'),
      pickledTensors({ a: six }).subarray(2 + 6),
      '}(',
      unicode('_metadata'),
      '}ub',
    );
    expect([...(await open(torchArchive({ a: six }, body))).tensors.keys()]).toEqual(['a']);
  });

  it.each([
    ['more elements than its storage', { ...six, shape: [2, 4] }, /a: the tensor reaches element 7 of a storage of 6/],
    ['an offset beyond it', { ...six, offset: 1 }, /reaches element 6/],
    ['more elements than memory should hold', { ...six, shape: [65536, 65536], stride: [0, 0] }, /more than its storage can mean/],
  ])('refuses a tensor with %s', async (_, tensor, message) => {
    await expect((await open(torchArchive({ a: tensor }))).read('a')).rejects.toThrow(message);
  });
});
