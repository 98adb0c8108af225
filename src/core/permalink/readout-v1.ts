import { InputError, invariant } from '../errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readCosine, readValue, scaleOf, writeCosine, writeValue } from './quantise.ts';
import { MAX_INDEX, MAX_NEIGHBOURS, MAX_PROBES, MAX_TEXT_LENGTH } from './limits.ts';
import type { Neighbour, ProbeReadout, Readout } from '../readout.ts';

/*
 * Version 1, before compression. All numbers little-endian, counts and indices as LEB128 varints:
 *   probe count
 *   per probe: flags
 *              active concepts: count; then, unless 0, scale as float32, the ascending concept numbers as gaps, the values as u16
 *              cosine as u16
 *              gallery item                                       if ITEM
 *              neighbours among images, then texts: count; then each item and its cosine
 *              text: length in bytes and UTF-8                    if TEXT
 *   cosine of every pair of probes, upper triangle row by row, u16
 */
const FLAG = { kindText: 1, item: 2, signed: 4 } as const;
const ALL_FLAGS = FLAG.kindText | FLAG.item | FLAG.signed;

/** The bytes of a readout. Throws InputError when it is more than a link carries (`limits.ts`). */
export function writeReadout(readout: Readout): Uint8Array {
  const n = readout.probes.length;
  if (n > MAX_PROBES) {
    throw new InputError(`a link carries at most ${MAX_PROBES} probes; you have ${n}`, { fix: 'Remove some probes first.' });
  }
  invariant(readout.similarities.length === (n * (n - 1)) / 2, `${n} probes with ${readout.similarities.length} similarities`);
  const out = new ByteWriter();
  out.varint(n);
  for (const probe of readout.probes) writeProbe(out, probe);
  for (const similarity of readout.similarities) writeCosine(out, similarity);
  return out.finish();
}

/** The readout in `bytes`. Throws InputError on anything that `writeReadout` does not write. */
export function readReadout(bytes: Uint8Array): Readout {
  const input = new ByteReader(bytes);
  const n = input.varint();
  if (n > MAX_PROBES) throw damaged(`a link carries at most ${MAX_PROBES} probes and this one claims ${n}`);
  const probes = Array.from({ length: n }, () => readProbe(input));
  const similarities = Array.from({ length: (n * (n - 1)) / 2 }, () => readCosine(input));
  if (input.left > 0) throw damaged('something follows its end');
  return { probes, similarities };
}

function writeProbe(out: ByteWriter, probe: ProbeReadout): void {
  const active = activeConcepts(probe);
  const values = active.map(([, value]) => value);
  const scale = values.length === 0 ? { scale: 0, signed: false } : scaleOf(values);
  out.u8((probe.kind === 'text' ? FLAG.kindText : 0) | (probe.item === null ? 0 : FLAG.item) | (scale.signed ? FLAG.signed : 0));

  out.varint(active.length);
  if (active.length > 0) out.f32(scale.scale);
  let next = 0;
  for (const [index] of active) {
    out.varint(checkIndex(index, 'concept') - next);
    next = index + 1;
  }
  for (const value of values) writeValue(out, value, scale);

  writeCosine(out, known(probe.cosine, 'cosine'));
  if (probe.item !== null) out.varint(checkIndex(probe.item, 'gallery item'));
  writeNeighbours(out, probe.neighbours.images);
  writeNeighbours(out, probe.neighbours.texts);
  if (probe.kind === 'text') writeText(out, probe.text ?? '');
  else invariant(probe.text === null, 'an image carries no text');
}

function readProbe(input: ByteReader): ProbeReadout {
  const flags = input.u8();
  if ((flags & ~ALL_FLAGS) !== 0) throw damaged('a probe in it is of an unknown kind');
  const kind = (flags & FLAG.kindText) !== 0 ? 'text' : 'image';

  const count = input.varint();
  if (count > input.left) throw damaged('it ends too early');
  const scale = { scale: count === 0 ? 0 : input.f32(), signed: (flags & FLAG.signed) !== 0 };
  if (count > 0 && !(scale.scale > 0 && scale.scale < Infinity)) throw damaged('an activation in it is impossible');
  const indices = new Uint32Array(count);
  let next = 0;
  for (let e = 0; e < count; e++) {
    const index = next + input.varint();
    if (index >= MAX_INDEX) throw damaged('a concept number in it is too large');
    indices[e] = index;
    next = index + 1;
  }
  const values = Float64Array.from({ length: count }, () => readValue(input, scale));

  const cosine = readKnownCosine(input);
  const item = (flags & FLAG.item) === 0 ? null : readIndex(input);
  const neighbours = { images: readNeighbours(input), texts: readNeighbours(input) };
  const text = kind === 'text' ? readText(input) : null;
  return { kind, text, item, code: { indices, values }, cosine, neighbours };
}

/** Concepts of a probe with a code other than 0, checked to ascend. */
function activeConcepts({ code }: ProbeReadout): [index: number, value: number][] {
  const { indices, values } = code;
  invariant(indices.length === values.length, `${indices.length} concepts with ${values.length} values`);
  const active: [number, number][] = [];
  for (let e = 0; e < indices.length; e++) {
    const index = indices[e] ?? 0;
    invariant(e === 0 || index > (indices[e - 1] ?? 0), 'concept numbers of a code ascend');
    const value = values[e] ?? 0;
    if (value !== 0) active.push([index, value]);
  }
  return active;
}

function writeNeighbours(out: ByteWriter, neighbours: readonly Neighbour[]): void {
  if (neighbours.length > MAX_NEIGHBOURS) {
    throw new InputError(`a link carries at most ${MAX_NEIGHBOURS} neighbours of a probe; there are ${neighbours.length}`, { field: 'neighbours' });
  }
  out.varint(neighbours.length);
  for (const { item, cosine } of neighbours) {
    out.varint(checkIndex(item, 'gallery item'));
    writeCosine(out, known(cosine, 'neighbour'));
  }
}

function readNeighbours(input: ByteReader): Neighbour[] {
  const count = input.varint();
  if (count > MAX_NEIGHBOURS) throw damaged(`it claims ${count} neighbours of a probe`);
  return Array.from({ length: count }, () => ({ item: readIndex(input), cosine: readKnownCosine(input) }));
}

function writeText(out: ByteWriter, text: string): void {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new InputError(`a link carries texts of at most ${MAX_TEXT_LENGTH} characters; one has ${text.length}`, { field: 'text', fix: 'Shorten the text.' });
  }
  const bytes = new TextEncoder().encode(text);
  out.varint(bytes.length);
  out.raw(bytes);
}

function readText(input: ByteReader): string {
  const bytes = input.raw(input.varint());
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged('a text in it is not UTF-8');
  }
  if (text.length > MAX_TEXT_LENGTH) throw damaged(`a text in it is longer than ${MAX_TEXT_LENGTH} characters`);
  return text;
}

function checkIndex(index: number, what: string): number {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_INDEX) {
    throw new InputError(`a link carries ${what} numbers from 0 to ${MAX_INDEX - 1}; one is ${index}`, { field: what });
  }
  return index;
}

function readIndex(input: ByteReader): number {
  const index = input.varint();
  if (index >= MAX_INDEX) throw damaged('a gallery item number in it is too large');
  return index;
}

function known(cosine: number, field: string): number {
  if (Number.isNaN(cosine)) throw new InputError('a cosine is not a number', { field, fix: 'Remove the probe and add it again.' });
  return cosine;
}

function readKnownCosine(input: ByteReader): number {
  const cosine = readCosine(input);
  if (Number.isNaN(cosine)) throw damaged('a cosine in it is missing');
  return cosine;
}

function damaged(why: string): InputError {
  return new InputError(`the link is damaged: ${why}`, { fix: 'Copy the whole link again.' });
}
