import type { SparseCodes } from '../../core/tensor.ts';
import type { Column } from '../../formats/writers/table.ts';
import type { ConceptTable } from '../concepts.ts';
import type { StoredLayout } from '../layouts.ts';
import type { ImageSample, Samples } from '../samples.ts';

/** One row a concept: everything the pack says of it in one value, and its place in the layout. */
export function conceptColumns(table: ConceptTable, layout: StoredLayout | null): Column[] {
  const number = (name: string, values: ArrayLike<number | null>): Column => ({ name, type: 'number', values });
  return [
    { name: 'concept', type: 'integer', values: table.label.map((_, concept) => concept) },
    { name: 'label', type: 'text', values: table.label },
    { name: 'labelJa', type: 'text', values: table.labelJa },
    number('labelScore', table.labelScore),
    { name: 'labelFrom', type: 'text', values: table.labelFrom },
    number('energyImages', table.energyImages),
    number('energyTexts', table.energyTexts),
    number('frequencyImages', table.frequencyImages),
    number('frequencyTexts', table.frequencyTexts),
    number('modality', table.modality),
    ...(table.stability === null ? [] : [number('stability', table.stability)]),
    ...places(layout),
  ];
}

/** One row a concept and item: the strongest images and texts of each concept, rank 0 first. */
export function exampleColumns({ topImages, topTexts }: ConceptTable): Column[] {
  const rows = [
    ...topImages.flatMap((list, concept) => list.map((example, rank) => ({ concept, modality: 'image', rank, ...example }))),
    ...topTexts.flatMap((list, concept) => list.map((example, rank) => ({ concept, modality: 'text', rank, ...example }))),
  ];
  return [
    { name: 'concept', type: 'integer', values: rows.map((row) => row.concept) },
    { name: 'modality', type: 'text', values: rows.map((row) => row.modality) },
    { name: 'rank', type: 'integer', values: rows.map((row) => row.rank) },
    { name: 'item', type: 'integer', values: rows.map((row) => row.item) },
    { name: 'activation', type: 'number', values: rows.map((row) => row.activation) },
  ];
}

/** Of a sample of the other modality the column is empty. */
const OF_IMAGES = ['package', 'version', 'icon', 'codepoint', 'group', 'subgroup', 'style', 'licence', 'split'] as const satisfies readonly (keyof ImageSample)[];

/**
 * One row a sample, images and then texts: `item` is its row in images.npy or texts.npy and in the codes, `l0` the number of its
 * active concepts, `strongest` the one with the highest activation.
 */
export function sampleColumns({ images, texts }: Samples, codes: Readonly<Record<'images' | 'texts', SparseCodes>>, layout: StoredLayout | null): Column[] {
  const none = texts.map(() => null);
  const all = <T>(ofImages: readonly T[], ofTexts: readonly T[]): T[] => [...ofImages, ...ofTexts];
  const [read, written] = [strongest(codes.images), strongest(codes.texts)];
  return [
    { name: 'modality', type: 'text', values: all(images.map(() => 'image'), texts.map(() => 'text')) },
    { name: 'item', type: 'integer', values: all(images.map((_, i) => i), texts.map((_, i) => i)) },
    { name: 'name', type: 'text', values: all(images.map((image) => image.name), texts.map((one) => one.text)) },
    { name: 'ja', type: 'text', values: all(images.map((image) => image.ja), texts.map((one) => one.ja)) },
    { name: 'kind', type: 'text', values: all<string | null>(images.map(() => null), texts.map((one) => one.kind)) },
    ...OF_IMAGES.map((name): Column => ({ name, type: 'text', values: [...images.map((image) => image[name]), ...none] })),
    { name: 'l0', type: 'integer', values: all(read.l0, written.l0) },
    { name: 'strongest', type: 'integer', values: all(read.concept, written.concept) },
    { name: 'activation', type: 'number', values: all(read.activation, written.activation) },
    ...places(layout),
  ];
}

/** One row a pair: the numbers of an image and of a text that it carries. */
export function pairColumns({ pairs }: Samples): Column[] {
  return [
    { name: 'image', type: 'integer', values: pairs.flatMap((carried, image) => carried.map(() => image)) },
    { name: 'text', type: 'integer', values: pairs.flat() },
  ];
}

function places(layout: StoredLayout | null): Column[] {
  if (layout === null) return [];
  const { positions } = layout;
  const axis = (name: string, at: number): Column => ({ name, type: 'number', values: Float64Array.from({ length: positions.length / 2 }, (_, i) => positions[2 * i + at] ?? Number.NaN) });
  return [axis('x', 0), axis('y', 1)];
}

function strongest({ rows, indptr, indices, values }: SparseCodes): { l0: number[]; concept: (number | null)[]; activation: (number | null)[] } {
  const found = { l0: [] as number[], concept: [] as (number | null)[], activation: [] as (number | null)[] };
  for (let row = 0; row < rows; row++) {
    const [start, end] = [indptr[row] as number, indptr[row + 1] as number];
    let best = start;
    for (let e = start + 1; e < end; e++) if ((values[e] as number) > (values[best] as number)) best = e;
    found.l0.push(end - start);
    found.concept.push(end > start ? (indices[best] as number) : null);
    found.activation.push(end > start ? (values[best] as number) : null);
  }
  return found;
}
