/** The shipped q8 files against the fp16 files of the training output, on real photos and captions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { AutoTokenizer, CLIPTextModelWithProjection, CLIPVisionModelWithProjection, env, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { cosine } from '../core/metrics.ts';
import { rowOf } from '../core/tensor.ts';
import { decodeImage } from './images/decode-node.ts';
import { parsePreprocessorConfig } from './preprocess/config.ts';
import { preprocessImage } from './preprocess/pipeline.ts';
import { openEncoder } from './transformers-node.ts';

const SOURCE = '../shared/models/mini-clip';
const PHOTOS = '../shared/fixtures/real/photos';
const present = existsSync(SOURCE) && existsSync(PHOTOS);
if (!present) console.warn('transformers-node.shared.test.ts: ../shared is not here, q8 is not compared with fp16 on photos.');

describe.skipIf(!present)('q8 against fp16', () => {
  it('agrees to 0.9995 on every photo and caption', async () => {
    const encoder = await openEncoder('models/mini-clip');
    env.allowRemoteModels = false;
    const options = { dtype: 'fp16', device: 'cpu' } as const;
    const names = readdirSync(PHOTOS).filter((name) => name.endsWith('.jpg')).slice(0, 24);
    const images = await Promise.all(names.map((name) => decodeImage(readFileSync(`${PHOTOS}/${name}`), name)));
    const ours = await encoder.embedImages(images);
    const vision = await CLIPVisionModelWithProjection.from_pretrained(`${process.cwd()}/${SOURCE}`, options);
    const json: unknown = JSON.parse(readFileSync(`${SOURCE}/preprocessor_config.json`, 'utf8'));
    const config = parsePreprocessorConfig(json, 'preprocessor_config.json', { alpha: 'white' });
    for (const [i, image] of images.entries()) {
      const { image_embeds } = await vision({ pixel_values: new Tensor('float32', preprocessImage(image, config).data, [1, 3, 64, 64]) });
      expect(cosine(rowOf(ours, i), image_embeds.data), names[i]).toBeGreaterThan(0.9995);
    }

    const texts = ['dog', 'Red heart!', 'A man riding a wave on top of a surfboard.', 'café naïve', 'xylophonist drinking cappuccinos at 7:45', 'dog '.repeat(50), ''];
    const rows = await encoder.embedTexts(texts);
    const tokenizer = await AutoTokenizer.from_pretrained(`${process.cwd()}/${SOURCE}`);
    const model = await CLIPTextModelWithProjection.from_pretrained(`${process.cwd()}/${SOURCE}`, options);
    for (const [i, text] of texts.entries()) {
      // transformers.js' own cutting: ours has to be the same for this model.
      const { text_embeds } = await model(tokenizer(text, { truncation: true }));
      expect(cosine(rowOf(rows, i), text_embeds.data), text).toBeGreaterThan(0.9995);
    }
    await encoder.dispose();
  });
});
