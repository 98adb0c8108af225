import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packStatsCommand } from '../../src/engine/commands/pack-stats.ts';
import { Random } from '../../src/core/random.ts';
import { writeNpy } from '../../src/formats/npy.ts';
import { startCluster, whatIsMissing, type Cluster } from './slurm/cluster.ts';

const script = fileURLToPath(new URL('../../src/cli/slurm/pack-stats.sbatch', import.meta.url));
const dictionary = fileURLToPath(new URL('../fixtures/checkpoints/saelens/topk', import.meta.url));
const D = 16;
const ROWS = 4500;

const missing = await whatIsMissing();
if (missing !== null) console.warn(`slurm.test.ts: skipped, this machine has no ${missing}.`);

describe.skipIf(missing !== null)('statistics on a Slurm cluster of one node', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    for (const seed of [1, 2]) {
      const random = new Random(seed);
      const data = Float32Array.from({ length: ROWS * D }, () => random.normal());
      writeFileSync(join(cluster.folder, `${seed}.npy`), writeNpy({ dtype: 'float32', shape: [ROWS, D], data }));
    }
  }, 60_000);
  afterAll(async () => cluster.stop(), 30_000);

  /** Submits, from the folder of the data, so that paths can be relative. @returns the numbers of the array and of the merge. */
  async function submit(...options: string[]): Promise<[string, string]> {
    const printed = await cluster.run('bash', [script, '--shards', '3', '--out', 'stats', ...options, '--', '--dictionary', dictionary, '--images', '1.npy', '--texts', '2.npy', '--normalise']);
    const [array = '', merge = ''] = printed.split(' ');
    return [array, merge];
  }

  it('merge to the bytes of a single run; a shard that failed is run again by itself', async () => {
    const { folder } = cluster;
    const at = (name: string): string => join(folder, name);
    await packStatsCommand({ dictionary, images: at('1.npy'), texts: at('2.npy'), norms: 'normalise', backend: 'cpu', out: at('single') });
    const [array, merge] = await submit();
    expect(await cluster.ended(merge), log(folder)).toBe('COMPLETED');
    expect(await cluster.ended(array)).toBe('COMPLETED');
    expect(readFileSync(at('stats')).equals(readFileSync(at('single')))).toBe(true);
    expect(readFileSync(at('stats.parts/1.log'), 'utf8')).toContain('Shard 1/3');

    // One shard is lost: the merge says which, and that shard alone brings it back.
    rmSync(at('stats'));
    rmSync(at('stats.parts/1'));
    const [, failed] = await submit('--only', '0');
    expect(await cluster.ended(failed)).toBe('FAILED');
    expect(readFileSync(at('stats.parts/merge.log'), 'utf8')).toMatch(/stats\.parts\/1: no such file/);
    expect(existsSync(at('stats'))).toBe(false);
    const [, again] = await submit('--only', '1');
    expect(await cluster.ended(again), log(folder)).toBe('COMPLETED');
    expect(readFileSync(at('stats')).equals(readFileSync(at('single')))).toBe(true);
  }, 60_000);
});

/** What the jobs printed, for a failure's message. */
function log(folder: string): string {
  return ['0', '1', '2', 'merge'].map((name) => join(folder, 'stats.parts', `${name}.log`)).map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('');
}
