import { InputError } from '../core/errors.ts';
import { decodeReadout, quantiseReadout } from '../core/permalink/codec.ts';
import { defaultAtlasView } from '../core/permalink/atlas-view.ts';
import { defaultViewState, type Route } from '../core/permalink/route.ts';
import { withinPack } from '../core/permalink/within-pack.ts';
import type { Readout } from '../core/readout.ts';
import { reportError } from '../engine/client.ts';
import type { PackView, Progress } from '../engine/protocol.ts';
import { pairKey, type Probe } from './model.ts';
import type { ProbeList } from './probe-list.ts';
import type { Relations } from './relations.ts';
import type { Session } from './session.ts';

/** Opens the pack, then the link's probes; the example when there are none or the link is broken. */
export async function openRoute(session: Session, list: ProbeList, relations: Relations, route: Route): Promise<void> {
  const { get, set, engine } = session;
  const { probes, pack: before } = get();
  set({ linkError: null });
  const pack = await openPack(session, route);
  if (pack === null) return;
  const known = withinPack(get().atlas, pack.c);
  if (known.problems.length > 0) set((s) => ({ atlas: known.view, problems: [...s.problems, ...known.problems] }));
  if (get().samples === null || pack !== before) {
    void engine.call('samples', {}).then((samples) => { set({ samples }); }, (error: unknown) => { set({ packError: reportError(error) }); });
  }
  const restore = async (payload: string, example: boolean): Promise<void> => {
    const readout = decodeReadout(payload);
    checkAgainstPack(readout, pack);
    if (!get().example) list.keep();
    set({ ...probesOf(session, readout), example, pair: null });
    await relations.explain();
  };
  if (route.readout !== null) {
    try {
      await restore(route.readout, false);
      return;
    } catch (error) {
      set({ linkError: reportError(error), view: defaultViewState });
    }
  }
  // Whoever was quicker than the example with something of their own keeps it.
  if (get().probes === probes) await restore(pack.example, true);
}

/**
 * Opens another pack in place of the open one and reads the probes on the page with its dictionary. Pictures that came by link have
 * no embedding and go; the example becomes the new pack's. Rejects with what is wrong with the pack; the old one stays then.
 */
export async function changePack(session: Session, list: ProbeList, relations: Relations, id: string): Promise<void> {
  const { get, set, engine, asJob } = session;
  await asJob('pack', false, async (_signal, onProgress) => {
    const pack = await engine.call('open', { pack: id }, { onProgress });
    const samples = await engine.call('samples', {});
    const { probes, example } = get();
    const mine = example ? [] : probes.flatMap(({ key, readout }) => (readout === null ? [] : [{ key, readout }]));
    const { results } = mine.length === 0 ? { results: [] } : await engine.call('recode', { probes: mine });
    const readouts = new Map(results.map(({ key, readout }) => [key, readout]));
    const kept = probes.flatMap((probe) => {
      const readout = readouts.get(probe.key);
      const rounded = readout === undefined ? undefined : quantiseReadout({ probes: [readout], similarities: [] }).probes[0];
      return rounded === undefined ? [] : [{ ...probe, readout: rounded }];
    });
    list.keep();
    forgetSheets(get().sheets);
    set({ pack, samples, sheets: new Map(), models: get().pack?.encoder === pack.encoder ? get().models : { status: 'idle' }, view: defaultViewState, atlas: defaultAtlasView, preview: null, pair: null, undoable: null });
    set(kept.length > 0 ? { probes: kept, similarities: new Map(), example: false } : { ...probesOf(session, decodeReadout(pack.example)), example: true });
    await (kept.length > 0 ? relations.update() : relations.explain());
  });
}

async function openPack(session: Session, { pack: pinned }: Route): Promise<PackView | null> {
  const { get, set, asJob } = session;
  try {
    await asJob('pack', false, async (_signal, onProgress) => {
      const pack = await openedPack(session, pinned, onProgress);
      const foreign = pinned !== null && (pinned.id !== pack.id || !pack.hash.startsWith(pinned.hash));
      set((s) => ({
        pack,
        problems: foreign ? [...s.problems, { code: 'other-pack', value: `${pinned.id}@${pinned.hash}` }] : s.problems,
      }));
    });
  } catch (error) {
    set({ packError: reportError(error) });
  }
  return get().pack;
}

/** The pack that a link pins, when it is the gallery or in this browser; the open one, or the gallery, else. */
async function openedPack({ get, engine }: Session, pinned: Route['pack'], onProgress: (progress: Progress) => void): Promise<PackView> {
  const open = get().pack;
  const meant = (pack: PackView): boolean => pinned === null || (pack.id === pinned.id && pack.hash.startsWith(pinned.hash));
  if (open !== null && meant(open)) return open;
  let found: PackView | null = null;
  if (pinned !== null) {
    // A pack from elsewhere is kept under its hash; one that was made here under its id.
    for (const id of [...(/^(?:lab|own)-|^gallery$/u.test(pinned.id) ? [pinned.id] : []), `own-${pinned.hash}`]) {
      const pack = await engine.call('open', { pack: id }, { onProgress }).catch(() => null);
      if (pack !== null && meant(pack)) return pack;
      found = pack ?? found;
    }
  }
  return found ?? open ?? engine.call('open', { pack: 'gallery' }, { onProgress });
}

function forgetSheets(sheets: ReadonlyMap<number, string>): void {
  for (const url of sheets.values()) URL.revokeObjectURL(url);
}

/** A readout as probes of the page, ready without any model, with the pictures that this tab still has. */
function probesOf({ pictures, newKey }: Session, readout: Readout): { probes: Probe[]; similarities: Map<string, number> } {
  const probes = readout.probes.map((r): Probe => {
    const kept = r.kind === 'image' && r.item === null ? pictures.find(r) : null;
    return { key: newKey(), kind: r.kind, name: r.text ?? kept?.name ?? '', status: 'ready', readout: r, thumbnail: kept?.url ?? null };
  });
  const pairs = probes.flatMap((a, i) => probes.slice(i + 1).map((b) => pairKey(a.key, b.key)));
  return { probes, similarities: new Map(pairs.map((pair, i) => [pair, readout.similarities[i] ?? Number.NaN])) };
}

/** A link may name concepts or items that this pack does not have. */
function checkAgainstPack({ probes }: Readout, { c, counts }: PackView): void {
  const beyond = (items: Iterable<number | null>, count: number): boolean => Array.from(items).some((i) => i !== null && i >= count);
  for (const { code, item, neighbours } of probes) {
    if (
      beyond(code.indices, c) ||
      beyond([item, ...neighbours.images.map((n) => n.item)], counts.images) ||
      beyond(neighbours.texts.map((n) => n.item), counts.texts)
    ) {
      throw new InputError('it names concepts or items that this pack does not have.', { field: 'link' });
    }
  }
}
