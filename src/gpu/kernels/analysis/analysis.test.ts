import { analysisProperties } from './analysis.properties.ts';

analysisProperties({
  name: 'the CPU',
  add: async (metrics, _dictionary, { images, texts, imageCodes, textCodes, pairs }) =>
    Promise.resolve().then(() => {
      metrics.addPairs(imageCodes, textCodes, pairs);
      metrics.addImages(images, imageCodes);
      metrics.addTexts(texts, textCodes);
    }),
});
