import { InputError } from '../../core/errors.ts';
import { baseName, type ByteSource } from '../byte-source.ts';
import { openEmbeddings } from '../embeddings.ts';
import { embeddingFile, type EmbeddingChoice, type EmbeddingFile } from './file.ts';

/** What a folder of embeddings holds; at least one of images and texts. */
export interface EmbeddingSet {
  readonly images: EmbeddingFile | null;
  readonly texts: EmbeddingFile | null;
  /** Tables about the items, one a shard, in the same order; none unless the folder has them. */
  readonly metadata: readonly ByteSource[];
}

const READ = /\.(npy|npz|safetensors|parquet)$/i;

/**
 * Opens a folder as `clip-retrieval inference` writes it: `img_emb/img_emb_{i}.npy`, `text_emb/text_emb_{i}.npy` and
 * `metadata/metadata_{i}.parquet`, in the order of i. Shards of images and texts must pair.
 * @returns null when the folder has neither of the two.
 * @throws InputError naming the shard that does not fit.
 */
export async function openEmbeddingSet(folder: string, sources: readonly ByteSource[]): Promise<EmbeddingSet | null> {
  const [ofImages, ofTexts, metadata] = ['img_emb', 'text_emb', 'metadata'].map((part) => inOrder(sources.filter(({ name }) => name.split(/[/\\]/).at(-2) === part && READ.test(name))));
  const images = await openShards(`${folder}/img_emb`, ofImages ?? []);
  const texts = await openShards(`${folder}/text_emb`, ofTexts ?? []);
  if (images === null && texts === null) return null;
  if (images !== null && texts !== null) checkPairs(images, texts);
  return { images, texts, metadata: metadata ?? [] };
}

/**
 * Embedding files of one modality as one, in the order of the numbers in their names; null where there are none.
 * @throws InputError naming the file that does not load, or has another dimension.
 */
export async function openShards(name: string, sources: readonly ByteSource[], choice: EmbeddingChoice = {}): Promise<EmbeddingFile | null> {
  const files: EmbeddingFile[] = [];
  for (const source of inOrder(sources.filter((one) => READ.test(one.name)))) files.push(await openEmbeddings(source, choice));
  return files.length === 0 ? null : joined(name, files);
}

function joined(name: string, files: readonly EmbeddingFile[]): EmbeddingFile {
  const [first] = files;
  const cols = first?.cols ?? 0;
  const odd = files.find((file) => file.cols !== cols);
  if (odd !== undefined) throw new InputError(`its rows have ${odd.cols} dimensions, those of ${first?.name ?? ''} have ${cols}.`, { file: odd.name, fix: 'Use embeddings of one model only.' });
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const parts = files.map((file) => ({ name: lastPart(file.name), rows: file.rows }));
  const whole = embeddingFile(name, [rows, cols], async (start, end) => {
    const out = new Float32Array((end - start) * cols);
    let first = 0;
    for (const file of files) {
      const [from, to] = [Math.max(start, first), Math.min(end, first + file.rows)];
      // The file's own check names its own row.
      if (from < to) out.set((await file.read(from - first, to - first)).data, (from - start) * cols);
      first += file.rows;
    }
    return out;
  });
  return { ...whole, parts };
}

function checkPairs({ parts: images = [] }: EmbeddingFile, { parts: texts = [] }: EmbeddingFile): void {
  for (let i = 0; i < Math.max(images.length, texts.length); i++) {
    const [image, text] = [images[i], texts[i]];
    if (image === undefined || text === undefined) throw new InputError('has no counterpart of the other modality.', { file: image?.name ?? text?.name, fix: 'Images and texts pair shard by shard: run the inference of the missing one again.' });
    if (numberOf(image.name) !== numberOf(text.name)) throw new InputError(`is followed by no shard of the same number of the other modality (next is ${text.name}).`, { file: image.name, fix: 'Images and texts pair shard by shard: run the inference of the missing one again.' });
    if (image.rows !== text.rows) throw new InputError(`has ${image.rows} rows, and ${text.name} has ${text.rows}: they do not pair.`, { file: image.name, fix: 'Run the inference of this shard again.' });
  }
}

/** By the number at the end of the name (`img_emb_2` before `img_emb_10`), then by name. */
function inOrder(sources: readonly ByteSource[]): ByteSource[] {
  return [...sources].sort((a, b) => numberOf(baseName(a)) - numberOf(baseName(b)) || (baseName(a) < baseName(b) ? -1 : 1));
}

function numberOf(name: string): number {
  return Number(/(\d{1,15})\.[a-z]+$/i.exec(name)?.[1] ?? -1);
}

function lastPart(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? name;
}
