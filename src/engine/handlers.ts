import type { Engine } from './engine.ts';
import type { Handlers } from './server.ts';

/** All of the engine's operations; lab and atlas load with the first of their own. */
export function allHandlers(engine: Engine): Handlers {
  return {
    open: (input, context) => engine.open(input, context),
    samples: () => engine.samples(),
    load: (input, context) => engine.load(input, context),
    measure: () => engine.measure(),
    probeImages: (input, context) => engine.probeImages(input, context),
    probeTexts: (input, context) => engine.probeTexts(input, context),
    probeGallery: (input) => engine.probeGallery(input),
    recode: (input) => engine.recode(input),
    similarities: (input) => engine.similarities(input),
    explain: (input) => engine.explain(input),
    atlas: (_input, context) => engine.atlas().then((atlas) => atlas.atlas(context)),
    atlasLayout: async (input, context) => (await engine.atlas()).layout(input, context),
    atlasGroups: async (input, context) => (await engine.atlas()).groups(input, context),
    atlasConcept: async (input, context) => (await engine.atlas()).concept(input, context),
    atlasBridge: async (input, context) => (await engine.atlas()).bridge(input, context),
    atlasTest: async (input, context) => (await engine.atlas()).test(input, context),
    atlasGap: async (input, context) => (await engine.atlas()).gap(input, context),
    labOpen: async ({ source }, context) => (await engine.lab()).open(source, context),
    labReopen: async ({ id }) => (await engine.lab()).reopen(id),
    labEstimate: async ({ data, recipe }, { signal }) => (await engine.lab()).estimate(data, recipe, signal),
    labRuns: async () => (await engine.lab()).runs(),
    labAdd: async (input) => (await engine.lab()).add(input),
    labTrain: async ({ run }, { signal }, update) => (await engine.lab()).train(run, signal, update),
    labAnnotate: async ({ run, name, note }) => (await engine.lab()).annotate(run, name, note),
    labDelete: async ({ run }) => (await engine.lab()).remove(run),
    labRestore: async ({ run }) => (await engine.lab()).restore(run),
    labStability: async ({ runs }, context) => (await engine.lab()).stability(runs, context),
    labConcepts: async ({ run, count }, { signal }) => (await engine.lab()).concepts(run, count, signal),
    labUse: async ({ run }, context) => (await engine.lab()).use(run, context),
    labExport: async ({ run, as }, context) => (await engine.lab()).exportRun(run, as, context),
  };
}
