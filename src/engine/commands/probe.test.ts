import { describe, expect, it } from 'vitest';
import { BIAS } from '../../core/pair.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { probeCommand } from './probe.ts';

const PACK = 'public/packs/gallery';
const CONTROL = 'tests/fixtures/hostile/images/control.png';

describe('cli probe', () => {
  it('lists probes in the order given, and every pair with contributions that follow from weights and codes', async () => {
    const inputs = [{ kind: 'text', value: 'a red heart' }, { kind: 'image', value: CONTROL }, { kind: 'text', value: 'rain' }] as const;
    const { probes, pairs } = await probeCommand({ pack: PACK, inputs, top: 1000 });
    expect(probes.map(({ kind, name }) => ({ kind, value: name }))).toEqual(inputs);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([[0, 1], [0, 2], [1, 2]]);
    const { W_dec, d } = await openDictionary(await dictionarySources('models/mini-clip-sae'));
    const gram = (i: number, j: number): number => {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (W_dec[i * d + k] ?? NaN) * (W_dec[j * d + k] ?? NaN);
      return sum;
    };
    for (const { a, b, similarity, reconstructed, residual, bias, contributions } of pairs) {
      const code = (probe: number): Map<number, number> => new Map(probes[probe]?.concepts.map(({ index, value }) => [index, value]));
      const [za, zb] = [code(a), code(b)];
      const pairsOnly = contributions.filter(({ i, j }) => i !== BIAS && j !== BIAS);
      expect(pairsOnly).toHaveLength(za.size * zb.size);
      for (const { i, j, value } of pairsOnly) expect(value).toBeCloseTo((za.get(i) ?? NaN) * (zb.get(j) ?? NaN) * gram(i, j), 9);
      expect(contributions.reduce((sum, c) => sum + c.value, 0)).toBeCloseTo(reconstructed, 9);
      expect(pairsOnly.reduce((sum, c) => sum + c.value, 0) + bias).toBeCloseTo(reconstructed, 9);
      expect(reconstructed + residual).toBeCloseTo(similarity, 9);
    }
    for (const { l0, concepts } of probes) {
      expect(concepts).toHaveLength(l0);
      expect(concepts.every((c, k) => k === 0 || c.value <= (concepts[k - 1]?.value ?? 0))).toBe(true);
    }
  });

  it('names the picture that cannot be read and the text of which the model knows nothing', async () => {
    const bad = 'tests/fixtures/hostile/images/empty.jpg';
    await expect(probeCommand({ pack: PACK, inputs: [{ kind: 'image', value: bad }], top: 3 })).rejects.toMatchObject({ place: { file: bad } });
    await expect(probeCommand({ pack: PACK, inputs: [{ kind: 'text', value: '猫' }], top: 3 })).rejects.toThrow(/猫.*English/u);
    await expect(probeCommand({ pack: PACK, inputs: [], top: 3 })).rejects.toThrow(/--image FILE or --text/);
    await expect(probeCommand({ pack: 'models', inputs: [{ kind: 'text', value: 'x' }], top: 3 })).rejects.toThrow(/manifest\.json/);
  });
});
