import { coactivationDistances, directionDistances } from '../../core/groups/distances.ts';
import { averageLinkage } from '../../core/groups/linkage.ts';
import { groupNames } from '../../core/groups/names.ts';
import { groupTree } from '../../core/groups/tree.ts';
import type { GroupKind } from '../../core/permalink/atlas-view.ts';
import type { Work } from '../../core/work.ts';
import type { ConceptTable } from '../../packs/concepts.ts';
import type { PackRows } from './pack-rows.ts';
import type { AtlasGroups } from './protocol.ts';

/** Groups of the tree's levels. */
const LEVELS = [8, 32, 128];
/** The distances of more concepts than this, 128 MB, are too much for a page: those with most energy are grouped. */
const MOST = 8192;

/** A tree of groups of the living concepts. */
export async function conceptGroups(kind: GroupKind, { dictionary, images, texts }: PackRows, table: ConceptTable, work: Work): Promise<AtlasGroups> {
  const energy = table.energyImages.map((value, i) => (value + (table.energyTexts[i] ?? 0)) / 2);
  const living = energy.flatMap((value, i) => (value > 0 ? [i] : []));
  const grouped = living.toSorted((a, b) => (energy[b] ?? 0) - (energy[a] ?? 0)).slice(0, MOST).sort((a, b) => a - b);
  const distances = kind === 'direction' ? directionDistances(dictionary, grouped) : coactivationDistances([images.codes, texts.codes], grouped);
  const tree = groupTree(await averageLinkage(grouped.length, distances, work), grouped, LEVELS);
  const names = groupNames(tree, table.label, energy);
  const japanese = groupNames(tree, table.labelJa.map((label, i) => label ?? table.label[i] ?? ''), energy);
  return {
    kind,
    groups: tree.map((node, n) => ({ ...node, name: names[n] ?? '', nameJa: japanese[n] ?? null })),
    grouped: grouped.length,
    of: living.length,
  };
}
