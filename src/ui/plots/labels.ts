/** Labels that touch, as one block: what its members want together, and their number. */
interface Block {
  readonly members: number[];
  /** Sum of the places that would put the block's first label where each member wants to be. */
  sum: number;
}

/**
 * Places for labels that want to stand at `wanted` (pixels, any order): at least `gap` apart and within [low, high] where there
 * is room, in the same order, and as near to what they want as that allows (least squares: labels that touch move as a block
 * about their common middle). A label that wants NaN gets NaN.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const placed: number[] = wanted.map(() => Number.NaN);
  const order = [...wanted.keys()].filter((i) => Number.isFinite(wanted[i])).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const blocks: Block[] = [];
  const start = ({ members, sum }: Block): number => Math.max(low, Math.min(high - (members.length - 1) * gap, sum / members.length));
  for (const i of order) {
    let block: Block = { members: [i], sum: wanted[i] ?? 0 };
    for (let before = blocks.at(-1); before !== undefined && start(before) + before.members.length * gap > start(block); before = blocks.at(-1)) {
      blocks.pop();
      const shift = before.members.length * gap * block.members.length;
      block = { members: [...before.members, ...block.members], sum: before.sum + block.sum - shift };
    }
    blocks.push(block);
  }
  for (const block of blocks) block.members.forEach((i, n) => { placed[i] = start(block) + n * gap; });
  return placed;
}
