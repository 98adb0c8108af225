import { describe, expect, it } from 'vitest';
import { BIAS } from '../../src/core/pair.ts';
import { encodeReadout } from '../../src/core/permalink/codec.ts';
import { parseRoute } from '../../src/core/permalink/route.ts';
import { pairKey } from '../../src/state/model.ts';
import { openSession, pictureFile } from './session.ts';

const CONTROL = 'tests/fixtures/hostile/images/control.png';
const empty = parseRoute('').route;

describe('a session of the page on the real engine', () => {
  it('shows the example without a model, then answers with one', async () => {
    const { store, read } = openSession();
    const started = store.actions.start(empty);
    await expect.poll(() => store.getState().pair, { timeout: 20_000 }).not.toBeNull();
    expect(store.getState().example).toBe(true);
    await started;
    expect(read).toContain('models/mini-clip');
    await store.actions.addTexts('red heart\n\n  blue car  ');
    const { probes, example, pair } = store.getState();
    expect(example).toBe(false);
    expect(probes.map((p) => p.name)).toEqual(['red heart', 'blue car']);
    expect(probes.every((p) => (p.readout?.code.indices.length ?? 0) > 0)).toBe(true);
    // The parts of the explanation add up exactly.
    const { explanation } = pair ?? expect.fail('the two texts are a pair');
    const sum = explanation.contributions.reduce((total, c) => total + c.value, 0);
    expect(sum).toBeCloseTo(explanation.reconstructed, 10);
    expect(explanation.reconstructed + explanation.residual).toBeCloseTo(explanation.similarity, 10);
    expect(explanation.contributions.some((c) => c.i === BIAS)).toBe(true);
  });

  it('gives back in a link what it showed, without opening the encoder', async () => {
    const here = openSession();
    await here.store.actions.start(empty);
    await here.store.actions.addImages([pictureFile(CONTROL)]);
    await here.store.actions.addTexts('a red square');
    await here.store.actions.addGalleryImage(3);
    const { hash, carried, total } = here.store.actions.link();
    expect([carried, total]).toEqual([3, 3]);

    const there = openSession();
    await there.store.actions.start(parseRoute(hash).route);
    const a = here.store.getState();
    const b = there.store.getState();
    expect(b.linkError).toBeNull();
    expect(b.probes.map((p) => encodeReadout({ probes: p.readout === null ? [] : [p.readout], similarities: [] }))).toEqual(
      a.probes.map((p) => encodeReadout({ probes: p.readout === null ? [] : [p.readout], similarities: [] })),
    );
    expect(there.store.actions.link().hash).toBe(hash);
    expect(b.pair?.explanation).toEqual(a.pair?.explanation);
    expect(there.read.filter((path) => path === 'models/mini-clip')).toEqual([]);
    // The picture's name is not in the link, nor anything else of the file.
    expect(b.probes[0]?.name).toBe('');

    // A text added to the opened link relates to the text, which is embedded anew, and not to the picture, which is gone.
    await there.store.actions.addTexts('a blue square');
    const [picture, text, , added] = there.store.getState().probes;
    const similarity = (x: typeof picture, y: typeof picture): number => there.store.getState().similarities.get(pairKey(x?.key ?? '', y?.key ?? '')) ?? Infinity;
    expect(similarity(picture, added)).toBeNaN();
    expect(similarity(text, added)).toBeGreaterThan(0.5);
  });

  it('refuses a text of which the model knows no part, instead of reading it like any other', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    await store.actions.addTexts('猫\n東京タワー\na cat');
    expect(store.getState().probes.map((p) => p.name)).toEqual(['a cat']);
    expect(store.getState().failures.map((f) => f.error.message)).toEqual([expect.stringContaining('猫'), expect.stringContaining('東京タワー')]);
  });

  it('undoes whatever changed the probes: adding, clearing, opening a link', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    const example = store.getState().probes;
    await store.actions.addTexts('a cat');
    store.actions.undo();
    expect(store.getState()).toMatchObject({ probes: example, example: true });
    await store.actions.addTexts('a cat');
    const mine = store.getState().probes;
    await store.actions.start(empty);
    expect(store.getState().example).toBe(true);
    store.actions.undo();
    expect(store.getState()).toMatchObject({ probes: mine, example: false });
  });

  it('takes many probes: a link carries the first 32 and says so; a pair beyond them is explained all the same', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    await store.actions.addTexts(Array.from({ length: 40 }, (_, i) => `cat number ${String(i)}`).join('\n'));
    const { probes } = store.getState();
    expect(probes).toHaveLength(40);
    expect(store.actions.link()).toMatchObject({ carried: 32, total: 40 });
    const [a, b] = [probes[35]?.key ?? '', probes[39]?.key ?? ''];
    await store.actions.choosePair(a, b);
    expect(store.getState().pair).toMatchObject({ a, b });
    expect(store.getState().pair?.explanation.similarity).toBeGreaterThan(0.5);
  });

  it('refuses a text that no link could carry, and keeps the address working', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    await store.actions.addTexts(`${'very '.repeat(500)}long\nshort cat`);
    expect(store.getState().probes.map((p) => p.name)).toEqual(['short cat']);
    expect(store.getState().failures[0]?.error.message).toMatch(/2504 characters.*at most 2000/u);
    expect(parseRoute(store.actions.address('probe')).problems).toEqual([]);
  });

  it('keeps what was added before the example was there', async () => {
    const { store } = openSession();
    const started = store.actions.start(empty);
    await expect.poll(() => store.getState().jobs.length).toBeGreaterThan(0);
    const added = store.actions.addImages([pictureFile(CONTROL)]);
    await Promise.all([started, added]);
    expect(store.getState().probes.map((p) => p.name)).toEqual(['control.png']);
    expect(store.getState().example).toBe(false);
  });

  it('says which link is wrong and falls back to the example', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    const { hash } = store.actions.link();
    const route = parseRoute(hash.replace(/q=(.{20})./u, 'q=$1_')).route;
    await store.actions.start(route);
    expect(store.getState().linkError?.message).toMatch(/link|check|damaged/iu);
    expect(store.getState().example).toBe(true);
  });

  it('names unreadable pictures, keeps the others, and undoes a removal', async () => {
    const { store } = openSession();
    await store.actions.start(empty);
    await store.actions.addImages([pictureFile('tests/fixtures/hostile/images/empty.jpg'), pictureFile(CONTROL)]);
    const { failures, probes } = store.getState();
    expect(failures.map((f) => f.name)).toEqual(['empty.jpg']);
    expect(failures[0]?.error.message).toContain('empty.jpg');
    expect(probes).toHaveLength(1);
    store.actions.remove(probes[0]?.key ?? '');
    expect(store.getState().probes).toHaveLength(0);
    store.actions.undo();
    expect(store.getState().probes).toEqual(probes);
  });
});
