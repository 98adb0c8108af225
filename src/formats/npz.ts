import { writeZip } from './writers/zip.ts';
import { InputError } from '../core/errors.ts';
import { bytesSource, type ByteSource } from './byte-source.ts';
import { readNpy } from './npy.ts';
import { short } from './text.ts';
import type { Tensor } from './tensor.ts';
import { openZip } from './zip.ts';

/** Members of an npz file; arrays that hold no numbers (objects, strings) are refused one by one, when they are read. */
export interface NpzFile {
  readonly name: string;
  /** Array names, without `.npy`. */
  readonly names: readonly string[];
  read(name: string): Promise<Tensor>;
  /** The member as an npy file, for those whose type `readNpy` refuses (SciPy's `format` is a byte string). */
  source(name: string): Promise<ByteSource>;
}

/** Opens an npz archive. @throws InputError when it is no sound zip, or has a member that is no `.npy`. */
export async function openNpz(source: ByteSource): Promise<NpzFile> {
  const zip = await openZip(source);
  const names = [...zip.entries.keys()].map((member) => {
    if (!member.endsWith('.npy'))
      throw new InputError('an npz file holds only .npy members.', { file: source.name, field: short(member) });
    return member.slice(0, -4);
  });
  const member = async (name: string): Promise<ByteSource> =>
    bytesSource(`${source.name}: ${short(name)}`, await zip.read(`${name}.npy`));
  return { name: source.name, names, read: async (name) => readNpy(await member(name)), source: member };
}

/** Packs npy files as a deflated npz, byte for byte reproducible (fixed time stamps). */
export function packNpz(members: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return writeZip(new Map([...members].map(([name, bytes]) => [`${name}.npy`, bytes])));
}
