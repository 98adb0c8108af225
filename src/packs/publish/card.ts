import type { Manifest } from '../schema.ts';
import type { Samples } from '../samples.ts';
import { isSpdx, licencesOf } from './licences.ts';
import { markdown, plain, yaml } from './text.ts';

/** What whoever publishes a pack may say about it; all of it may be left out. */
export interface Publication {
  /** Instead of the manifest's title. */
  readonly title?: string | undefined;
  readonly authors?: readonly string[] | undefined;
  /** SPDX name of the licence of the pack's own numbers. */
  readonly licence?: string | undefined;
  /** Address of the application, for the link in the card. */
  readonly site?: string | undefined;
  /** Where the folder will be, for the same link. */
  readonly address?: string | undefined;
  /** Day of publication, YYYY-MM-DD. */
  readonly released?: string | undefined;
}

/** What the card tells of. */
export interface CardFacts {
  readonly manifest: Manifest;
  readonly hash: string;
  readonly samples: Samples;
  readonly publication: Publication;
  /** Names of all other files of the folder. */
  readonly files: readonly string[];
  /** Folder of the dictionary in SAELens' layout; null where SAELens has no architecture for it. */
  readonly saeLens: string | null;
}

/** Licences that the hub's card knows by the SPDX name in lower case; others are `other`. */
const KNOWN = new Set(
  'apache-2.0 mit cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-4.0 cc-by-nc-sa-4.0 bsd-2-clause bsd-3-clause gpl-2.0 gpl-3.0 lgpl-3.0 agpl-3.0 mpl-2.0 isc unlicense wtfpl ofl-1.1 odbl pddl'.split(' '),
);

const WHAT: Readonly<Record<string, string>> = {
  'manifest.json': 'What the pack is made of, with the size and SHA-256 of every part',
  'concepts.json': 'Labels, energies, modality scores and strongest examples, as VLM-Explore reads them',
  'samples.json': 'Names and sources of the samples, as VLM-Explore reads them',
  'example.json': 'The example that the page opens on',
  'images.npy': 'Embeddings of the images, unit rows, float16',
  'texts.npy': 'Embeddings of the texts, unit rows, float16',
  'codes_images.npz': 'Codes of the images, SciPy CSR',
  'codes_texts.npz': 'Codes of the texts, SciPy CSR',
  'layout_concepts.npy': 'Places of the concepts on the map',
  'layout_samples.npy': 'Places of the images and then the texts on the map',
  'concepts.parquet': 'One row a concept',
  'examples.parquet': 'One row a concept and one of its strongest images or texts',
  'samples.parquet': 'One row a sample, images and then texts',
  'pairs.parquet': 'One row an image and a text that belong together',
  LICENSES: 'What is under which licence',
  'CITATION.cff': 'How to cite this pack',
  'attribution.json': 'Who drew the pictures',
};

/** README.md: a card with the front matter that hubs read, what the pack is, and how to open it. */
export function card({ manifest, hash, samples, publication, files, saeLens }: CardFacts): string {
  const { counts, dictionary, encoder } = manifest;
  const title = publication.title ?? manifest.title;
  const folders = [...new Set(files.flatMap((name) => (name.includes('/') ? [`${name.split('/')[0] ?? ''}/`] : [])))];
  const listed = files.filter((name) => name in WHAT);
  const row = (name: string, what: string): string => `| \`${name}\` | ${what} |`;
  const of = (folder: string): string =>
    folder === 'sprites/' ? 'Pictures, 16 × 16 of 96 pixels a sheet, in the order of the images' : folder === 'dictionary/' ? 'The dictionary, as the pack was encoded with it' : 'The dictionary in SAELens’ layout';
  return [
    '---',
    ...frontMatter(title, samples, publication),
    '---',
    '',
    `# ${markdown(title)}`,
    '',
    `A pack of VLM-Explore: ${counts.images} images and ${counts.texts} texts (${counts.pairs} pairs), embedded with **${markdown(encoder.id)}** (${encoder.dtype}) and read by the`,
    `dictionary **${markdown(dictionary.id)}** with ${dictionary.c} concepts in ${dictionary.d} dimensions${dictionary.k === null ? '' : `, trained for ${dictionary.k} concepts a row`}.`,
    '',
    '## Open it',
    '',
    `- In the browser: open \`${plain(publication.site ?? 'the address of VLM-Explore').replaceAll('`', '')}?pack=${plain(publication.address ?? 'ADDRESS').replaceAll('`', '')}\`${publication.address === undefined ? ', where ADDRESS is where this folder lies (or `hf:owner/name`)' : ''}; or drop the folder, or its zip, on the page. The server has to allow other origins (CORS).`,
    '- In Python, with no code of VLM-Explore:',
    '',
    '```python',
    'import numpy, pandas, scipy.sparse',
    'concepts = pandas.read_parquet("concepts.parquet")',
    'samples = pandas.read_parquet("samples.parquet")',
    'codes = scipy.sparse.load_npz("codes_images.npz")   # (images, concepts)',
    'embeddings = numpy.load("images.npy")               # (images, dimensions)',
    ...(saeLens === null ? [] : ['from sae_lens import SAE', `sae = SAE.load_from_disk("${saeLens}")`]),
    '```',
    '',
    '`sha256sum -c SHA256SUMS` checks the folder.',
    '',
    '## What is inside',
    '',
    '| file | |',
    '|---|---|',
    ...listed.map((name) => row(name, WHAT[name] ?? '')),
    ...folders.map((folder) => row(folder, of(folder))),
    '',
    `Content hash: \`${hash}\``,
    '',
    '## Licences',
    '',
    ...(publication.licence === undefined ? ['No licence is stated for the numbers.'] : [`The numbers: ${markdown(publication.licence)}.`]),
    ...licencesOf(samples).map(([licence, images]) => `- ${markdown(licence)}: ${images} image${images === 1 ? '' : 's'}`),
    '',
    'See [LICENSES](LICENSES); to cite, [CITATION.cff](CITATION.cff).',
    '',
  ].join('\n');
}

/** CITATION.cff (1.2.0) of the pack as a data set. */
export function citation({ manifest, hash, samples, publication }: CardFacts): string {
  const licence = onlyLicence(samples, publication);
  const authors = publication.authors === undefined || publication.authors.length === 0 ? ['The publishers of this pack'] : publication.authors;
  return [
    'cff-version: 1.2.0',
    'message: "If you use this pack, please cite it."',
    'type: dataset',
    `title: ${yaml(publication.title ?? manifest.title)}`,
    'authors:',
    ...authors.map((name) => `  - name: ${yaml(name)}`),
    `version: ${yaml(hash.slice(0, 12))}`,
    ...(publication.released === undefined ? [] : [`date-released: ${yaml(publication.released)}`]),
    ...(licence === null || !isSpdx(licence) ? [] : [`license: ${yaml(licence)}`]),
    'identifiers:',
    '  - type: other',
    `    value: "sha256:${hash}"`,
    '    description: "SHA-256 of the canonical manifest, which names the hash of every part"',
    'keywords:',
    '  - "vision-language model"',
    '  - "sparse autoencoder"',
    '  - "interpretability"',
    '',
  ].join('\n');
}

function frontMatter(title: string, samples: Samples, publication: Publication): string[] {
  const licence = onlyLicence(samples, publication);
  const known = licence !== null && KNOWN.has(licence.toLowerCase());
  return [
    ...(known ? [`license: ${licence.toLowerCase()}`] : ['license: other', `license_name: ${yaml(licence ?? 'several, or not stated')}`, 'license_link: LICENSES']),
    `pretty_name: ${yaml(title)}`,
    'tags:',
    '- vlm-explore',
    '- sparse-autoencoder',
    '- interpretability',
    '- vision-language',
    'configs:',
    ...['concepts', 'examples', 'samples', 'pairs'].flatMap((table, n) => [`- config_name: ${table}`, `  data_files: ${table}.parquet`, ...(n === 0 ? ['  default: true'] : [])]),
  ];
}

/** The licence of everything in the pack; null where there is none, or not one. */
function onlyLicence(samples: Samples, { licence }: Publication): string | null {
  const all = new Set([...(licence === undefined ? [] : [licence]), ...licencesOf(samples).map(([name]) => name)]);
  const [first] = all;
  return all.size === 1 && samples.images.every((image) => image.licence !== '') ? (first ?? null) : null;
}
