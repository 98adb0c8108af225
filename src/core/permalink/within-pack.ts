import type { AtlasView } from './atlas-view.ts';
import type { RouteProblem } from './route.ts';

/**
 * What a link shows of a pack of `c` concepts: numbers beyond it are left out of selection, focus and the pair, and reported. A
 * concept page beyond the pack stays: it says itself that there is no such concept.
 */
export function withinPack(view: AtlasView, c: number): { readonly view: AtlasView; readonly problems: RouteProblem[] } {
  const problems: RouteProblem[] = [];
  const known = (concept: number): boolean => concept < c;
  const report = (key: string, concepts: readonly number[]): void => { problems.push({ code: 'bad-value', key, value: concepts.slice(0, 3).join(', ') }); };
  const beyond = view.selection.filter((concept) => !known(concept));
  if (beyond.length > 0) report('sel', beyond);
  const focus = view.focus === null || known(view.focus) ? view.focus : null;
  if (focus !== view.focus && view.focus !== null) report('focus', [view.focus]);
  const bridge = view.bridge?.every(known) === false ? null : view.bridge;
  if (bridge !== view.bridge && view.bridge !== null) report('bridges', view.bridge);
  if (problems.length === 0) return { view, problems };
  return { view: { ...view, selection: view.selection.filter(known), focus, bridge }, problems };
}
