import { describe, expect, it } from 'vitest';
import { linkages } from '../../../tests/fixtures/groups/load.ts';
import { Random } from '../random.ts';
import { uninterrupted } from '../work.ts';
import { averageLinkage } from './linkage.ts';
import { groupTree, type GroupNode } from './tree.ts';

/** Concepts are not the points: number 1000 down, so that an order by point shows. */
function conceptsOf(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, p) => 1000 - 3 * p);
}

async function randomTree(n: number, levels?: readonly number[]): Promise<GroupNode[]> {
  const random = new Random(n);
  const merges = await averageLinkage(n, Float32Array.from({ length: (n * (n - 1)) / 2 }, () => random.uniform()), uninterrupted);
  return groupTree(merges, conceptsOf(n), levels);
}

/** Groups of a level: those listed there, and coarser ones that it does not divide. */
function partition(tree: readonly GroupNode[], level: number): GroupNode[] {
  const divided = new Set(tree.filter((node) => node.level <= level).map(({ parent }) => parent));
  return tree.filter((node) => node.level <= level && !divided.has(node.id));
}

describe('groupTree', () => {
  const cases = linkages.flatMap(({ name, n, merges, cuts }) => Object.entries(cuts).map(([count, cut]) => ({ name, n, merges, count: Number(count), cut })));

  it.each(cases)('cuts as SciPy does: $name into $count', ({ n, merges, count, cut }) => {
    const concepts = conceptsOf(n);
    const tree = groupTree(merges.map(([a, b, height, size]) => ({ a, b, height, size })), concepts, [count]);
    const expected = new Map<number, number[]>();
    for (const [p, cluster] of cut.entries()) expected.set(cluster, [...(expected.get(cluster) ?? []), concepts[p] ?? 0]);
    const sorted = [...expected.values()].map((members) => members.toSorted((a, b) => a - b));
    expect(tree.map(({ members }) => members)).toEqual(sorted.toSorted((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0)));
  });

  it('is nested partitions into the numbers of groups asked for', async () => {
    const tree = await randomTree(200);
    expect(tree.map(({ id }) => id)).toEqual(tree.map((_, at) => at));
    for (const [level, count] of [8, 32, 128].entries()) {
      const groups = partition(tree, level);
      expect(groups).toHaveLength(count);
      expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...conceptsOf(200)].reverse());
    }
    for (const node of tree) {
      const parts = tree.filter(({ parent }) => parent === node.id);
      expect(parts.length).not.toBe(1);
      if (parts.length > 0) expect(parts.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(node.members);
      for (const part of parts) {
        expect(part.level).toBeGreaterThan(node.level);
        expect(part.height).toBeLessThanOrEqual(node.height);
      }
    }
  });

  it('has the heights of the merges that made its groups', async () => {
    const [{ n, merges } = { n: 0, merges: [] }] = linkages.filter(({ name }) => name === 'clouds');
    const [root] = groupTree(merges.map(([a, b, height, size]) => ({ a, b, height, size })), conceptsOf(n), [1]);
    expect(root?.height).toBe(merges.at(-1)?.[2]);
  });

  it('has a group for each concept where there are fewer than asked for, and none for none', async () => {
    const tree = await randomTree(5);
    expect(tree.map(({ level, parent, members, height }) => [level, parent, members, height])).toEqual([988, 991, 994, 997, 1000].map((concept) => [0, null, [concept], 0]));
    expect(groupTree([], [], [8, 32])).toEqual([]);
    expect(groupTree([], [4], [8, 32])).toHaveLength(1);
  });
});
