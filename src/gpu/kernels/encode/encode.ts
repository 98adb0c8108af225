import { InputError, invariant } from '../../../core/errors.ts';
import { CodesBuilder } from '../../../core/codes-builder.ts';
import { matrix } from '../../../core/tensor.ts';
import { paddedWidth, validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { ChunkRunner } from './chunk-runner.ts';
import { collectEntries } from './collect.ts';
import { conceptTable } from './concept-table.ts';
import { DEFAULT_TUNING, planEncode } from './plan.ts';
import { checkRow, constantNorms, isRowNorm, packRows } from './rows.ts';
import { uploadDictionary } from './weights.ts';
import type { Activation, Dictionary } from '../../../core/dictionary.ts';
import type { Matrix, SparseCodes } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { GpuMatrix } from '../../buffers.ts';
import type { ChunkSource, ReadBack } from './chunk-runner.ts';
import type { ThresholdActivation } from './concept-table.ts';
import type { EncodePlan, EncodeTuning } from './plan.ts';

/**
 * Sparse codes on WebGPU for dictionaries whose activation is a threshold (ReLU, JumpReLU, BatchTopK at inference).
 *
 * Accuracy. Pre-codes that may be active are recomputed in fixed point. With `B = factor·(max|x|·Σ|w| + …)`, the sum of the
 * magnitudes of all terms that make up a pre-code of a row and a concept, its error is below d·2^-44·B (4e-11·B for d = 768,
 * typically a hundred times less), whatever the GPU, the batch or the driver's fast-math. So the active set is that of a float64
 * reference unless a pre-code is that close to θ, ties of exactly representable numbers are ties, and a code has a relative
 * error of 2e-7, growing to at most 1e-5 for codes as small as 4e-6·B, also where |x| ~ 10 and products cancel.
 */
export class EncodeKernel {
  private readonly dictionary: Dictionary;
  private readonly plan: EncodePlan;
  private readonly minEntries: number;
  private readonly runner: ChunkRunner;
  /** Candidates a row that calls so far had, with room to spare. */
  private entriesPerRow: number;
  private tail: Promise<unknown> = Promise.resolve();
  private disposed = false;

  /** Whether the kernel can run this activation. */
  static supports(act: Activation): act is ThresholdActivation {
    return act.kind === 'relu' || act.kind === 'batchtopk' || act.kind === 'jumprelu';
  }

  /**
   * Whether the kernel can encode with this dictionary: its activation, on pre-codes that are not normalised first, without a soft cap, a
   * skip connection or a scale before LayerNorm, which only the CPU reference has.
   */
  static supportsDictionary({ act, preNorm, norm, softcap, W_skip }: Dictionary): boolean {
    const plain = preNorm === undefined && softcap === undefined && W_skip === undefined && !(norm.kind === 'layerNorm' && norm.scale !== undefined);
    return EncodeKernel.supports(act) && plain;
  }

  /** Whether it can also encode embeddings that are on the GPU: not where the input norm depends on the row. */
  static supportsResident(dictionary: Dictionary): boolean {
    return EncodeKernel.supportsDictionary(dictionary) && !isRowNorm(dictionary.norm);
  }

  /**
   * Uploads the dictionary. Throws InputError when the kernel does not support it (`supportsDictionary`), θ is unknown, weights
   * are not finite or the dictionary does not fit the GPU; DeviceLostError.
   */
  static async create(context: GpuContext, dictionary: Dictionary, tuning: Partial<EncodeTuning> = {}): Promise<EncodeKernel> {
    const { act, c, d } = dictionary;
    if (!EncodeKernel.supports(act) || !EncodeKernel.supportsDictionary(dictionary)) {
      const what = EncodeKernel.supports(act) ? (dictionary.preNorm === undefined ? 'this kind of dictionary' : `${dictionary.preNorm.kind} of the pre-codes`) : act.kind;
      throw new InputError(`${what} has no GPU kernel`, { field: 'activation', fix: 'Encode on the CPU.' });
    }
    invariant(d > 0 && d < 2 ** 14 && c > 0, `a dictionary of ${c} concepts in ${d} dimensions`);
    const { device } = context;
    const { minEntries, matvecRows, ...limits } = { ...DEFAULT_TUNING, ...tuning };
    const concepts = conceptTable(dictionary, act);
    const plan = planEncode(d, c, device.limits, limits);
    const { result: runner, valid } = validated(device, 'Uploading the dictionary', () => {
      const onGpu = uploadDictionary(device, dictionary, concepts, plan);
      return new ChunkRunner({ context, d, c, inclusive: concepts.cmp === '>=', matvecRows, onGpu });
    });
    await orDeviceLost(context, valid);
    return new EncodeKernel(dictionary, plan, minEntries, runner);
  }

  private constructor(dictionary: Dictionary, plan: EncodePlan, minEntries: number, runner: ChunkRunner) {
    this.dictionary = dictionary;
    this.plan = plan;
    this.minEntries = minEntries;
    this.runner = runner;
    this.entriesPerRow = guessEntries(dictionary);
  }

  /**
   * Codes `(n, c)` of embeddings `(n, d)`, on the host or left on the GPU by an encoder (used as they are, not normalised).
   * Calls queue. Throws InputError naming the row when a value is NaN, infinite or beyond 2^60, and when the widths disagree;
   * DeviceLostError.
   */
  async encode(x: Matrix | GpuMatrix): Promise<SparseCodes> {
    this.checkWidth(x);
    const codes = new CodesBuilder(x.rows, this.dictionary.c);
    if ('buffer' in x) {
      this.checkResident();
      await this.eachChunk(x.rows, async (first, count) => {
        await this.encodeChunk(this.residentSource(x, first, count, false), first, count, codes);
      });
    } else {
      await this.eachChunk(x.rows, async (first, count) => {
        await this.encodeChunk({ packed: packRows(x, first, count, this.dictionary.norm) }, first, count, codes);
      });
    }
    return codes.finish();
  }

  /**
   * For a model's raw output `(n, d)`: scales its rows to unit L2 norm on the GPU and encodes them; embeddings and codes come
   * back together. Throws as `encode` does, and InputError when a row is zero.
   */
  async encodeResident(x: GpuMatrix): Promise<{ embeddings: Matrix; codes: SparseCodes }> {
    this.checkWidth(x);
    this.checkResident();
    const codes = new CodesBuilder(x.rows, this.dictionary.c);
    const embeddings = matrix(x.rows, x.cols);
    await this.eachChunk(x.rows, async (first, count) => {
      await this.encodeChunk(this.residentSource(x, first, count, true), first, count, codes, embeddings);
    });
    return { embeddings, codes: codes.finish() };
  }

  /** Frees the GPU's memory once the chunk in flight is done; calls that still have chunks to go reject. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    void this.tail.then(() => {
      this.runner.dispose();
    });
  }

  private checkWidth(x: Matrix | GpuMatrix): void {
    if (x.cols === this.dictionary.d) return;
    throw new InputError(`embeddings have ${x.cols} dimensions and the dictionary takes ${this.dictionary.d}`, {
      field: 'shape',
      fix: 'Use embeddings of the model that the dictionary was trained on.',
    });
  }

  private checkResident(): void {
    if (EncodeKernel.supportsResident(this.dictionary)) return;
    throw new InputError(`the input norm ${this.dictionary.norm.kind} is not applied on the GPU`, {
      field: 'norm',
      fix: 'Read the embeddings back first.',
    });
  }

  private residentSource(x: GpuMatrix, first: number, count: number, unit: boolean): ChunkSource {
    return { resident: { x, first, count, unit }, norms: constantNorms(this.dictionary.norm, count) };
  }

  /** Runs `work` on consecutive chunks, after all earlier calls: they share the buffers. */
  private async eachChunk(rows: number, work: (first: number, count: number) => Promise<void>): Promise<void> {
    const { chunkRows } = this.plan;
    const run = this.tail.then(async () => {
      for (let first = 0; first < rows; first += chunkRows) {
        invariant(!this.disposed, 'the encode kernel was disposed');
        await work(first, Math.min(chunkRows, rows - first));
      }
    });
    this.tail = run.catch(() => undefined);
    await run;
  }

  /** Encodes one chunk, again with more room when there were more candidates than fit: never cut. */
  private async encodeChunk(source: ChunkSource, first: number, count: number, codes: CodesBuilder, embeddings?: Matrix): Promise<void> {
    const { c } = this.dictionary;
    const most = count * c;
    const take = (back: ReadBack, capacity: number): number => {
      checkRows(back.largest, first, embeddings !== undefined);
      if (back.found > capacity) return back.found;
      if (embeddings !== undefined) unpadRows(back.embeddings, embeddings, first, count);
      collectEntries(back.entries.subarray(0, 2 * back.found), count, c, codes);
      return back.found;
    };
    const room = Math.min(most, Math.max(this.minEntries, Math.ceil(count * this.entriesPerRow)));
    const found = await this.runner.run(source, room, (back) => take(back, room));
    if (found <= room) return;
    this.entriesPerRow = Math.max(this.entriesPerRow, (found / count) * 1.25);
    const again = await this.runner.run(source, found, (back) => take(back, found));
    invariant(again <= found, `${again} candidates the second time and ${found} the first`);
  }
}

/** Candidates a row to make room for at first; calls learn from overflows. */
function guessEntries({ act, c }: Dictionary): number {
  if (act.kind === 'relu') return c;
  return act.kind === 'batchtopk' && act.k !== null ? 4 * act.k : 128;
}

function checkRows(largest: Float32Array, first: number, refuseZero: boolean): void {
  for (const [r, most] of largest.entries()) {
    checkRow(first + r, most);
    if (refuseZero && most === 0) {
      throw new InputError('the embedding is zero and has no direction', { field: `row ${first + r}`, fix: 'Embed the item again.' });
    }
  }
}

function unpadRows(padded: Float32Array, to: Matrix, first: number, count: number): void {
  const width = paddedWidth(to.cols);
  for (let r = 0; r < count; r++) {
    to.data.set(padded.subarray(r * width, r * width + to.cols), (first + r) * to.cols);
  }
}
