import { CancelledError } from '../core/errors.ts';
import { quantiseReadout } from '../core/permalink/codec.ts';
import type { ProbeReadout } from '../core/readout.ts';
import { reportError } from '../engine/client.ts';
import type { ErrorReport } from '../engine/protocol.ts';
import type { Probe } from './model.ts';
import type { Session } from './session.ts';

/** Changes of the list of probes; whatever happens to a probe also happens to it in what undo would bring back. */
export class ProbeList {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Keeps the probes as they are for undo, before something changes them. */
  keep(): void {
    const { probes, example } = this.#session.get();
    if (probes.length > 0) this.#session.set({ undoable: { probes, example } });
  }

  /** Adds probes under way. The example gives way as soon as the user brings something of their own. */
  addWaiting(waiting: readonly { readonly key: string; readonly kind: Probe['kind']; readonly name: string }[]): void {
    this.keep();
    const added = waiting.map((probe): Probe => ({ ...probe, status: 'waiting', readout: null, thumbnail: null }));
    this.#session.set((s) => ({
      probes: [...(s.example ? [] : s.probes), ...added],
      example: false,
      ...(s.example ? { pair: null, view: { ...s.view, pair: null, focus: null } } : {}),
    }));
  }

  /** Makes a probe ready, with its numbers rounded to what a link carries. */
  settle(key: string, readout: ProbeReadout, thumbnail: Blob | null): void {
    const rounded = quantiseReadout({ probes: [readout], similarities: [] }).probes[0] ?? readout;
    const url = thumbnail === null ? null : URL.createObjectURL(thumbnail);
    const name = this.#session.get().probes.find((p) => p.key === key)?.name ?? '';
    if (thumbnail !== null) void this.#session.pictures.keep(rounded, thumbnail, name);
    this.#change((probes) => probes.map((p) => (p.key === key ? { ...p, status: 'ready', readout: rounded, thumbnail: url } : p)));
  }

  /** Takes out probes that could not be read, and says why. */
  fail(failed: readonly { readonly key: string; readonly error: ErrorReport }[]): void {
    if (failed.length === 0) return;
    const keys = new Set(failed.map((f) => f.key));
    const name = (key: string): string => this.#session.get().probes.find((p) => p.key === key)?.name ?? '';
    const failures = failed.map(({ key, error }) => ({ key, error, name: name(key) }));
    this.#change((probes) => probes.filter((p) => !keys.has(p.key)));
    this.#session.set((s) => ({ failures: [...s.failures, ...failures] }));
  }

  /** Takes out those of `keys` that are still under way: cancelled without a word, or failed with `error`. */
  giveUp(keys: readonly string[], error: unknown): void {
    const waiting = this.#session.get().probes.filter((p) => keys.includes(p.key) && p.status === 'waiting');
    if (!(error instanceof CancelledError)) {
      const report = reportError(error);
      this.fail(waiting.map(({ key }) => ({ key, error: report })));
      return;
    }
    this.#change((probes) => probes.filter((p) => !waiting.some((w) => w.key === p.key)));
  }

  #change(of: (probes: readonly Probe[]) => Probe[]): void {
    this.#session.set((s) => ({ probes: of(s.probes), undoable: s.undoable && { ...s.undoable, probes: of(s.undoable.probes) } }));
  }
}
