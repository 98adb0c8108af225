import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../src/core/permalink/route.ts';
import { bytesSource } from '../../src/formats/byte-source.ts';
import { openDictionary } from '../../src/formats/importers/table.ts';
import { writeNpy } from '../../src/formats/npy.ts';
import type { LabStore } from '../../src/state/lab/model.ts';
import type { NamedBlob } from '../../src/engine/lab/protocol.ts';
import { random, unitRows } from '../support/tiny-pack.ts';
import { openSession } from './session.ts';

/** Small enough for seconds on a processor. */
const SMALL = { concepts: 48, k: 4, epochs: 1, batch: 512 };

async function openLab(): Promise<{ lab: LabStore; store: ReturnType<typeof openSession>['store'] }> {
  const { store } = openSession();
  await store.actions.start(parseRoute('').route);
  const lab = await store.actions.lab();
  await lab.actions.start();
  return { lab, store };
}

function npy(name: string, rows: number, cols: number, data: Float32Array): NamedBlob {
  return { name, blob: new Blob([Uint8Array.from(writeNpy({ dtype: 'float32', shape: [rows, cols], data }))]) };
}

/** A file of unit rows, after `change`. */
function file(name: string, rows: number, seed = 1, change: (data: Float32Array) => void = () => undefined): NamedBlob {
  const { data } = unitRows(rows, 16, random(seed));
  change(data);
  return npy(name, rows, 16, data);
}

async function saved(lab: LabStore, run: string): Promise<Record<string, Uint8Array>> {
  const zip = await lab.actions.exportRun(run, 'saelens');
  return unzipSync(new Uint8Array(await (zip?.blob ?? expect.fail('an export')).arrayBuffer()));
}

describe('the lab on the real engine', () => {
  it('trains on the gallery, measures, exports, and takes the dictionary into the probe view', async () => {
    const { lab, store } = await openLab();
    expect(lab.getState()).toMatchObject({ data: { kind: 'gallery', images: 6426, texts: 6579, d: 256 }, error: null, dataError: null });
    lab.actions.setRecipe(SMALL);
    await lab.actions.train();
    const [run] = lab.getState().runs ?? [];
    expect(run).toMatchObject({ status: 'done', backend: 'cpu', recipe: SMALL, error: null });
    expect(run?.curve.length).toBeGreaterThan(5);
    expect(run?.curve.at(-1)?.r2PerFeature).toBeGreaterThan(run?.curve[0]?.r2PerFeature ?? 1);
    const { both, images, texts, bridge } = run?.measures ?? expect.fail('measured');
    expect(both.r2).toBeGreaterThan(both.r2PerFeature);
    expect([images?.l0, texts?.l0].every((l0) => l0 !== undefined && l0 > 0)).toBe(true);
    // ΣB = mean ⟨x̂_img, x̂_txt⟩.
    expect(bridge?.sum).toBeCloseTo(bridge?.meanReconstructedSimilarity ?? Number.NaN, 9);
    expect(lab.getState().concepts?.list.length).toBeGreaterThan(5);

    const id = run?.id ?? '';
    const files = await saved(lab, id);
    const dictionary = await openDictionary(Object.entries(files).map(([name, bytes]) => bytesSource(name, bytes)));
    expect(dictionary).toMatchObject({ c: 48, d: 256, source: 'saelens' });
    const csv = await (await lab.actions.exportRun(id, 'csv'))?.blob.text();
    expect(csv?.split('\r\n')).toHaveLength(50);
    expect(csv).toMatch(/^concept,energyImages,/u);

    await store.actions.addTexts('red heart');
    await lab.actions.use(id);
    expect(lab.getState().error).toBeNull();
    const { pack, probes, example } = store.getState();
    expect(pack).toMatchObject({ id: `lab-${id}`, c: 48 });
    // The user's own probe stays, read with the new dictionary.
    expect({ example, names: probes.map((p) => p.name) }).toEqual({ example: false, names: ['red heart'] });
    expect(Math.max(...(probes[0]?.readout?.code.indices ?? [48]))).toBeLessThan(48);
    expect(store.actions.link().hash).toContain(`lab-${id}@`);
  });

  it('cancels into a checkpoint, and resumed gives the very same dictionary as without a break', async () => {
    const { lab } = await openLab();
    lab.actions.setRecipe({ ...SMALL, epochs: 2 });
    await lab.actions.train();
    const whole = lab.getState().runs?.[0]?.id ?? '';

    const training = lab.actions.train();
    await expect.poll(() => lab.getState().training?.update?.point.step ?? 0, { interval: 1 }).toBeGreaterThan(5);
    lab.actions.cancel();
    await training;
    expect(lab.getState().training).toBeNull();
    const [, run] = lab.getState().runs ?? [];
    expect(run).toMatchObject({ status: 'paused', error: null });
    await lab.actions.resume(run?.id ?? '');
    const resumed = lab.getState().runs?.[1];
    expect(resumed).toMatchObject({ status: 'done' });
    const steps = resumed?.curve.map((point) => point.step) ?? [];
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    const [a, b] = [await saved(lab, whole), await saved(lab, resumed?.id ?? '')];
    expect(b['sae_weights.safetensors']).toEqual(a['sae_weights.safetensors']);
  });

  it('fills the frontier with a sweep, and matches the concepts of its seeds', async () => {
    const { lab } = await openLab();
    await lab.actions.useData({ kind: 'files', images: [file('images.npy', 600)], texts: [file('texts.npy', 600, 2)], pairs: null, normalise: false });
    expect(lab.getState().data).toMatchObject({ kind: 'files', images: 600, texts: 600, pairs: 600, d: 16 });
    lab.actions.setRecipe({ concepts: 24, k: 3, epochs: 2, batch: 64 });
    await lab.actions.sweep({ methods: ['batchtopk', 'pca', 'kmeans', 'semi-nmf'], ks: [2, 4], seeds: [0], imageShares: [] });
    const { runs, error } = lab.getState();
    expect(error).toBeNull();
    expect(runs?.map((run) => [run.recipe.method, run.recipe.k, run.status])).toEqual(
      [2, 4].flatMap((k) => ['batchtopk', 'pca', 'kmeans', 'semi-nmf'].map((method) => [method, k, 'done'])),
    );
    await lab.actions.sweep({ methods: ['batchtopk'], ks: [3], seeds: [0, 1], imageShares: [] });
    const seeds = lab.getState().runs?.slice(-2).map((run) => run.id) ?? [];
    for (const run of lab.getState().shown) lab.actions.toggle(run);
    for (const run of seeds) lab.actions.toggle(run);
    await lab.actions.measureStability();
    const { stability } = lab.getState();
    const report = stability?.status === 'done' ? stability.report : expect.fail('measured');
    expect(report.perConcept).toHaveLength(24);
    expect(report.exact).toBe(true);
    expect(report.perConcept.reduce((sum, value) => sum + value, 0) / 24).toBeCloseTo(report.mean[0] ?? Number.NaN, 6);
    expect(report.mean[0]).toBeGreaterThan(report.random.mean);
    // Diets of the same size.
    await lab.actions.sweep({ methods: ['batchtopk'], ks: [3], seeds: [0], imageShares: [0, 0.5, 1] });
    expect(lab.getState().runs?.slice(-3).map((run) => [run.imageShare, run.status])).toEqual([[0, 'done'], [0.5, 'done'], [1, 'done']]);
  });

  it('forgets a deleted run only when the next one is deleted', async () => {
    const { lab } = await openLab();
    await lab.actions.useData({ kind: 'files', images: [file('images.npy', 100)], texts: [], pairs: null, normalise: false });
    lab.actions.setRecipe({ concepts: 8, k: 2, epochs: 1, batch: 32 });
    await lab.actions.train();
    const id = lab.getState().runs?.[0]?.id ?? '';
    await lab.actions.rename(id, 'mine', 'a note');
    await lab.actions.remove(id);
    expect(lab.getState().runs).toEqual([]);
    await lab.actions.undoRemove();
    expect(lab.getState().runs?.[0]).toMatchObject({ id, name: 'mine', note: 'a note', status: 'done' });
    expect(await lab.actions.exportRun(id, 'saelens')).not.toBeNull();
    // A dictionary of another space cannot be taken into the probe view.
    await lab.actions.use(id);
    expect(lab.getState().error?.message).toMatch(/16 dimensions.*256.*Export it/u);
  });

  it.each([
    ['NaN rows', () => [file('a.npy', 4, 1, (x) => { x[17] = Number.NaN; })], /a\.npy: row 1: holds NaN in column 1/u],
    ['zero rows', () => [file('a.npy', 4, 1, (x) => { x.fill(0, 16, 32); })], /a\.npy: 1 of 4 rows do not have norm 1: row 1 \(0\.000\).*divide rows/u],
    ['un-normalised rows', () => [file('a.npy', 4, 1, (x) => { x.forEach((v, i) => { x[i] = 3 * v; }); })], /a\.npy: 4 of 4 rows do not have norm 1/u],
    ['widths that differ', () => [file('a.npy', 4), npy('b.npy', 2, 3, Float32Array.of(1, 0, 0, 0, 1, 0))], /b\.npy: its rows have 3 dimensions, those of a\.npy have 16/u],
    ['no npy file', () => [{ name: 'a.npy', blob: new Blob(['hello']) }], /a\.npy/u],
  ])('refuses %s with one sentence, and keeps the data it had', async (_what, images, message) => {
    const { lab } = await openLab();
    await lab.actions.useData({ kind: 'files', images: images(), texts: [], pairs: null, normalise: false });
    expect(lab.getState().dataError?.message).toMatch(message);
    expect(lab.getState().data?.kind).toBe('gallery');
  });

  it('refuses a list of pairs that does not match, and zero rows that are to be normalised', async () => {
    const { lab } = await openLab();
    const pairs = { name: 'pairs.csv', blob: new Blob(['0,0\n1,9']) };
    await lab.actions.useData({ kind: 'files', images: [file('a.npy', 4)], texts: [file('b.npy', 5)], pairs, normalise: false });
    expect(lab.getState().dataError?.message).toMatch(/pairs\.csv: line 2: there is no text row 9: there are 5/u);
    await lab.actions.useData({ kind: 'files', images: [file('a.npy', 4, 1, (x) => { x.fill(0, 16, 32); })], texts: [], pairs: null, normalise: true });
    expect(lab.getState().dataError?.message).toMatch(/a\.npy: row 1: .*norm 0/u);
  });

  it('warns of what may mislead, and says in the form what cannot run', async () => {
    const { lab } = await openLab();
    const twice = file('a.npy', 40, 1, (x) => { x.copyWithin(16, 0, 16); });
    await lab.actions.useData({ kind: 'files', images: [twice], texts: [file('b.npy', 30, 2)], pairs: null, normalise: false });
    expect(lab.getState().data?.warnings.map(({ code }) => code)).toEqual(['duplicates', 'no-pairs']);
    lab.actions.setRecipe({ concepts: 8, k: 9, epochs: 1, batch: 16 });
    expect(lab.getState().recipeError?.message).toMatch(/k/u);
    lab.actions.setRecipe({ k: 2, batch: 512 });
    expect(lab.getState().recipeError?.message).toMatch(/batch/u);
  });
});
