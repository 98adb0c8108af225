import type { Merge } from './linkage.ts';

/** A group of concepts in a tree of nested groups. */
export interface GroupNode {
  /** Its place in the tree's list, coarse groups first. */
  readonly id: number;
  /** The group that it is a part of; null for the coarsest. */
  readonly parent: number | null;
  /** Of the levels asked for, 0 for the coarsest. */
  readonly level: number;
  /** Mean distance between the two halves of the group, 0 for a single concept. */
  readonly height: number;
  /** Concepts, rising. */
  readonly members: readonly number[];
}

/**
 * Nested groups from a dendrogram of the concepts (point p is `concepts[p]`): for each of the rising `levels` the clusters that are left
 * when it is cut into that many, or one for each concept where there are fewer. A group that is the same on two levels is listed once,
 * on the coarser one, so that the parts of a group are either none or at least two, and have just its members. Larger groups come first
 * among those of a level, then by their first concept.
 */
export function groupTree(merges: readonly Merge[], concepts: ArrayLike<number>, levels: readonly number[] = [8, 32, 128]): GroupNode[] {
  const nodes: GroupNode[] = [];
  /** The finest group so far of each point. */
  const groupOf = new Int32Array(concepts.length).fill(-1);
  for (const [level, count] of levels.entries()) {
    const clusters = cut(merges, concepts.length, count).map(({ points, height }) => ({ points, height, members: points.map((p) => concepts[p] ?? 0).sort((a, b) => a - b) }));
    clusters.sort((a, b) => b.members.length - a.members.length || (a.members[0] ?? 0) - (b.members[0] ?? 0));
    for (const { points, height, members } of clusters) {
      const parent = nodes[groupOf[points[0] ?? 0] ?? -1];
      if (parent?.members.length === members.length) continue;
      for (const p of points) groupOf[p] = nodes.length;
      nodes.push({ id: nodes.length, parent: parent?.id ?? null, level, height, members });
    }
  }
  return nodes;
}

/** The clusters of n points that are left when the last `count − 1` merges are undone. */
function cut(merges: readonly Merge[], n: number, count: number): { points: number[]; height: number }[] {
  const kept = Math.max(0, merges.length - (count - 1));
  // From the last merge down, each part learns the number of the cluster that it ends in.
  const top = Int32Array.from({ length: n + kept }, (_, cluster) => cluster);
  for (let m = kept - 1; m >= 0; m--) {
    const { a, b } = merges[m] ?? { a: 0, b: 0 };
    top[a] = top[n + m] ?? 0;
    top[b] = top[n + m] ?? 0;
  }
  const clusters = new Map<number, { points: number[]; height: number }>();
  for (let p = 0; p < n; p++) {
    const cluster = top[p] ?? p;
    const one = clusters.get(cluster);
    if (one === undefined) clusters.set(cluster, { points: [p], height: merges[cluster - n]?.height ?? 0 });
    else one.points.push(p);
  }
  return [...clusters.values()];
}
