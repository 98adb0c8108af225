import { quantiseReadout } from '../core/permalink/codec.ts';
import { MAX_PROBES } from '../core/permalink/limits.ts';
import type { ProbeReadout } from '../core/readout.ts';
import { pairKey, type AppState, type Probe } from './model.ts';
import type { Session } from './session.ts';

type ReadyProbe = Probe & { readonly readout: ProbeReadout };

/** Similarities of the probes, and the explanation of the chosen pair. */
export class Relations {
  readonly #session: Session;
  #lastRequest = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Fills in the similarities that are not known yet, then explains the chosen or the best pair. Related are the probes that a
   * link carries and the chosen pair: with hundreds of probes, all pairs would be more than anybody reads.
   */
  async update(): Promise<void> {
    const { get, set, engine } = this.#session;
    const { probes, similarities: known, view } = get();
    const chosen = (view.pair ?? []).map((i) => probes[i]);
    const ready = probes.filter(isReady);
    const related = ready.filter((p, i) => i < MAX_PROBES || chosen.includes(p)).map(({ key, readout }) => ({ key, readout }));
    const pairs = related.flatMap((a, i) => related.slice(i + 1).map((b) => pairKey(a.key, b.key)));
    if (pairs.some((pair) => !known.has(pair))) {
      const { similarities } = await engine.call('similarities', { probes: related });
      // What a link brought stays as it is: the picture behind it may not be here to compare again.
      const found = new Map(pairs.map((pair, i) => [pair, quantiseSimilarity(similarities[i] ?? Number.NaN)]));
      set((s) => ({ similarities: new Map([...found, ...s.similarities]) }));
    }
    await this.explain();
  }

  /** Explains the chosen pair, or, when none is chosen, the picture and the text that match best. */
  async explain(): Promise<void> {
    const { get, set, engine } = this.#session;
    const request = ++this.#lastRequest;
    const state = get();
    const chosen = (state.view.pair ?? []).map((i) => state.probes[i]).filter((p) => p !== undefined);
    const [a, b] = chosen.length === 2 && chosen.every(isReady) ? chosen : bestPair(state);
    if (a === undefined || b === undefined) {
      set({ pair: null });
      return;
    }
    const similarity = state.similarities.get(pairKey(a.key, b.key)) ?? Number.NaN;
    const explanation = await engine.call('explain', { a: a.readout.code, b: b.readout.code, similarity });
    // A later choice may have been answered first.
    if (request === this.#lastRequest) set({ pair: { a: a.key, b: b.key, explanation } });
  }
}

function isReady(probe: Probe): probe is ReadyProbe {
  return probe.readout !== null;
}

/** The picture and the text with the highest cosine; without both kinds, the best pair there is. */
function bestPair({ probes, similarities }: AppState): readonly ReadyProbe[] {
  const ready = probes.filter(isReady).slice(0, MAX_PROBES);
  const value = (a: Probe, b: Probe): number => {
    const cosine = similarities.get(pairKey(a.key, b.key)) ?? Number.NaN;
    return (Number.isNaN(cosine) ? -1 : cosine) + (a.kind === b.kind ? -4 : 0);
  };
  const pairs = ready.flatMap((a, i) => ready.slice(i + 1).map((b) => ({ pair: [a, b], value: value(a, b) })));
  return pairs.toSorted((x, y) => y.value - x.value)[0]?.pair ?? [];
}

/** Rounds a similarity to what a link carries. */
function quantiseSimilarity(value: number): number {
  const blank: ProbeReadout = {
    kind: 'text', text: '', item: null, code: { indices: new Uint32Array(), values: [] }, cosine: 0, neighbours: { images: [], texts: [] },
  };
  return quantiseReadout({ probes: [blank, blank], similarities: [value] }).similarities[0] ?? Number.NaN;
}
