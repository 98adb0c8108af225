import { packName, TOOL, type Stamp } from './stamp.ts';

/** The paper whose method the tool follows. */
const PAPER = `@inproceedings{papadimitriou2025interpreting,
  title         = {Interpreting the Linear Structure of Vision-language Model Embedding Spaces},
  author        = {Papadimitriou, Isabel and Su, Huangyuan and Fel, Thomas and Saphra, Naomi and Kakade, Sham and Gil, Stephanie},
  booktitle     = {Conference on Language Modeling (COLM)},
  year          = {2025},
  eprint        = {2504.11695},
  archivePrefix = {arXiv},
  primaryClass  = {cs.CV},
  url           = {https://arxiv.org/abs/2504.11695}
}`;

/** What LaTeX takes for something else; braces are named, since BibTeX counts them even behind a backslash. */
const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '{': '\\textbraceleft{}', '}': '\\textbraceright{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}',
  '&': '\\&', '%': '\\%', '$': '\\$', '#': '\\#', '_': '\\_',
};

/** BibTeX entries of the paper, of the tool, and of the open pack with a link to the view. */
export function bibtex(stamp: Stamp): string {
  const { permalink, pack, version, date } = stamp;
  const year = date.slice(0, 4);
  const tool = entry('vlm-explore', {
    title: `{${TOOL}}: a concept explorer for vision-language embedding spaces`,
    howpublished: 'Software',
    note: `Version ${latex(version)}`,
    year,
    url: address(permalink.replace(/#.*$/su, '')),
    urldate: date,
  });
  if (pack === null) return `${PAPER}\n\n${tool}\n`;
  const view = entry(`pack-${pack.id}-${pack.hash}`, {
    title: `{${latex(pack.title)}}`,
    howpublished: `${TOOL} pack ${latex(packName(stamp))}`,
    year,
    url: address(permalink),
    urldate: date,
  });
  return `${PAPER}\n\n${tool}\n\n${view}\n`;
}

/** A `@misc` entry; the key keeps only what every BibTeX takes in one. */
function entry(key: string, fields: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)} = {${value}}`);
  return `@misc{${key.replace(/[^A-Za-z0-9._-]/gu, '-')},\n${lines.join(',\n')}\n}`;
}

/** Text of a pack as LaTeX: one line, nothing in it is a command. */
function latex(text: string): string {
  return text.replace(/[\\{}~^&%$#_]/gu, (character) => LATEX[character] ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** An address without what would end or unbalance a field. */
function address(url: string): string {
  return url.replace(/[\s{}\\"<>^`|]/gu, encodeURIComponent);
}
