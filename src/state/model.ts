import type { PairExplanation } from '../core/pair.ts';
import type { AtlasView } from '../core/permalink/atlas-view.ts';
import type { RouteProblem, View, ViewState } from '../core/permalink/route.ts';
import type { ProbeReadout, Readout } from '../core/readout.ts';
import type { BackendReport, EngineNotice, ErrorReport, PackView, Progress, Samples } from '../engine/protocol.ts';

/** One image or text that the user (or a link, or the example) put on the page. */
export interface Probe {
  readonly key: string;
  readonly kind: 'image' | 'text';
  /** The text itself, a file's name, or '' for a picture that came by link. */
  readonly name: string;
  readonly status: 'waiting' | 'ready';
  /** Known once ready; already rounded to what a link carries, so that link and page show the same numbers. */
  readonly readout: ProbeReadout | null;
  /** Object URL of a small picture; null for texts, gallery pictures and pictures that came by link. */
  readonly thumbnail: string | null;
}

/** A file that could not become a probe. */
export interface Failure {
  readonly key: string;
  readonly name: string;
  readonly error: ErrorReport;
}

/** Why the two probes of the chosen pair match. */
export interface PairState {
  readonly a: string;
  readonly b: string;
  readonly explanation: PairExplanation;
}

/** Work in progress, shown with its progress and a cancel. */
export interface Job {
  readonly id: number;
  readonly progress: Progress;
  readonly cancel: (() => void) | null;
}

/** Where the models stand. */
export type Models =
  | { readonly status: 'idle' }
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly backends: readonly BackendReport[] }
  | { readonly status: 'failed'; readonly error: ErrorReport };

/** Everything the page shows. */
export interface AppState {
  readonly pack: PackView | null;
  readonly packError: ErrorReport | null;
  readonly samples: Samples | null;
  readonly models: Models;
  readonly probes: readonly Probe[];
  readonly failures: readonly Failure[];
  /** Cosine of probe pairs by `pairKey`; NaN where an embedding is not known. */
  readonly similarities: ReadonlyMap<string, number>;
  readonly pair: PairState | null;
  readonly jobs: readonly Job[];
  /** True while the probes are the ready example. */
  readonly example: boolean;
  /** The view on show. */
  readonly page: View;
  /** What the probe view shows of its readout. */
  readonly view: ViewState;
  /** What map, concept pages, alignment and bridges show of the pack. */
  readonly atlas: AtlasView;
  /** Concept under the pointer or the keyboard focus. */
  readonly preview: number | null;
  /** What was wrong with the link that opened the page. */
  readonly problems: readonly RouteProblem[];
  readonly linkError: ErrorReport | null;
  readonly notices: readonly EngineNotice[];
  /** What was on the page before the last change of its probes. */
  readonly undoable: { readonly probes: readonly Probe[]; readonly example: boolean } | null;
  /** Addresses of the open pack's own sheets of pictures, as far as they were fetched. */
  readonly sheets: ReadonlyMap<number, string>;
  /** A link is being opened. */
  readonly opening: boolean;
}

/** Key of an unordered pair of probes. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

/** The page's probes as a permalink carries them; at most `limit`, only those that are ready. */
export function toReadout(probes: readonly Probe[], similarities: ReadonlyMap<string, number>, limit: number): Readout {
  const ready = probes.flatMap((p) => (p.readout === null ? [] : [{ key: p.key, readout: p.readout }])).slice(0, limit);
  return {
    probes: ready.map((p) => p.readout),
    similarities: ready.flatMap((a, i) =>
      ready.slice(i + 1).map((b) => similarities.get(pairKey(a.key, b.key)) ?? Number.NaN),
    ),
  };
}
