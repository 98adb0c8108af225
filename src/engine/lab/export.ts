import { energy, frequency, modalityScore } from '../../core/metrics.ts';
import type { SparseCodes } from '../../core/tensor.ts';
import { writeCsv } from '../../formats/writers/csv.ts';
import type { Column } from '../../formats/writers/table.ts';
import { writeZip } from '../../formats/writers/zip.ts';
import type { ExportKind, NamedBlob, Run } from './protocol.ts';

/** What an export is made from; only what its kind needs is asked for. */
export interface ExportSource {
  /** The run's dictionary files, as they are kept. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>;
  pack(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Codes of images and of texts. */
  codes(): Promise<readonly [SparseCodes, SparseCodes]>;
  /** One value a concept, where it was measured. */
  readonly stability: readonly number[] | null;
}

/** A finished run as one file. Throws InputError where its kind of dictionary cannot be exported so. */
export async function exportFile(run: Run, as: ExportKind, source: ExportSource): Promise<NamedBlob> {
  const base = run.name.toLowerCase().replace(/[^a-z0-9]+/gu, '-').replace(/^-|-$/gu, '') || run.id;
  switch (as) {
    case 'saelens':
      return { name: `${base}.zip`, blob: zipped(await source.files()) };
    case 'pack': {
      const dictionary = [...(await source.files())].map(([name, bytes]) => [`runs/${run.id}/${name}`, bytes] as const);
      const pack = [...(await source.pack())].map(([name, bytes]) => [`packs/lab-${run.id}/${name}`, bytes] as const);
      return { name: `${base}-pack.zip`, blob: zipped(new Map([...pack, ...dictionary])) };
    }
    case 'csv':
      return { name: `${base}-concepts.csv`, blob: new Blob([Uint8Array.from(writeCsv(conceptColumns(...(await source.codes()), source.stability)))], { type: 'text/csv' }) };
  }
}

function zipped(files: ReadonlyMap<string, Uint8Array>): Blob {
  return new Blob([Uint8Array.from(writeZip(files))], { type: 'application/zip' });
}

function conceptColumns(images: SparseCodes, texts: SparseCodes, stability: readonly number[] | null): Column[] {
  const [energyImages, energyTexts] = [energy(images), energy(texts)];
  const number = (name: string, values: ArrayLike<number>): Column => ({ name, type: 'number', values });
  return [
    { name: 'concept', type: 'integer', values: Array.from(energyImages, (_, i) => i) },
    number('energyImages', energyImages),
    number('energyTexts', energyTexts),
    number('frequencyImages', frequency(images)),
    number('frequencyTexts', frequency(texts)),
    number('modality', modalityScore(energyImages, energyTexts)),
    ...(stability === null ? [] : [number('stability', stability)]),
  ];
}
