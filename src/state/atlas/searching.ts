import { CancelledError, InputError } from '../../core/errors.ts';
import { decodeReadout, encodeReadout } from '../../core/permalink/codec.ts';
import type { ProbeReadout } from '../../core/readout.ts';
import { reportError } from '../../engine/client.ts';
import type { ProbeFailure, ProbeResult } from '../../engine/protocol.ts';
import type { AtlasActions, AtlasState } from './model.ts';
import type { AtlasParts } from './parts.ts';

/** Key of the probe that searches; no probe of the page has it. */
const KEY = 'search';

/** Search by meaning, and the test field of a concept's page. */
export interface Searching {
  readonly actions: Pick<AtlasActions, 'searchByText' | 'searchByImage' | 'clearSearch' | 'test'>;
  /** Lights up what the link's probe activates. */
  restore(): void;
}

/** The searching part of the atlas's store. */
export function searching({ engine, get, set, setView, page }: AtlasParts): Searching {
  let request: AbortController | null = null;
  /** What `lit` was made from. */
  let shownFor: string | null = null;

  async function search(ask: (signal: AbortSignal) => Promise<{ results: ProbeResult[]; failures: ProbeFailure[] }>): Promise<void> {
    request?.abort();
    const mine = new AbortController();
    request = mine;
    set({ searching: true, searchError: null });
    try {
      const { results: [result], failures: [failure] } = await ask(mine.signal);
      if (failure !== undefined) set({ searchError: failure.error });
      if (result === undefined) return;
      // A link carries the code alone; neighbours would only make it longer.
      const readout: ProbeReadout = { ...result.readout, neighbours: { images: [], texts: [] } };
      setView({ meaning: encodeReadout({ probes: [readout], similarities: [] }) });
    } catch (error) {
      if (!(error instanceof CancelledError)) set({ searchError: reportError(error) });
    } finally {
      if (request === mine) set({ searching: false });
    }
  }

  return {
    restore() {
      const { meaning } = get().view;
      if (meaning === shownFor) return;
      shownFor = meaning;
      set(meaning === null ? { lit: null } : litBy(meaning, page.getState().pack?.c ?? 0));
    },
    actions: {
      searchByText: (text) => search((signal) => engine.call('probeTexts', { texts: [{ key: KEY, text }] }, { signal })),
      searchByImage: ({ name, blob }) => search((signal) => engine.call('probeImages', { images: [{ key: KEY, name, blob }] }, { signal })),
      clearSearch() {
        request?.abort();
        set({ searchError: null });
        setView({ meaning: null });
      },
      async test(concept, probe) {
        set({ searchError: null });
        const input = 'text' in probe ? { concept, text: probe.text, image: null } : { concept, text: null, image: { key: KEY, ...probe.image } };
        try {
          return await engine.call('atlasTest', input);
        } catch (error) {
          set({ searchError: reportError(error) });
          return null;
        }
      },
    },
  };
}

/** What a link's probe lights up; says what is wrong with a payload that names concepts the pack does not have. */
function litBy(meaning: string, c: number): Pick<AtlasState, 'lit' | 'searchError'> {
  try {
    const [probe] = decodeReadout(meaning).probes;
    if (probe === undefined || Array.from(probe.code.indices).some((concept) => concept >= c)) throw new InputError('it names concepts that this pack does not have.', { field: 'q' });
    const activations = new Map(Array.from(probe.code.indices, (concept, e) => [concept, probe.code.values[e] ?? 0] as const));
    return { lit: { text: probe.text, activations }, searchError: null };
  } catch (error) {
    return { lit: null, searchError: reportError(error) };
  }
}
