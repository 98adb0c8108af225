/** Messages of figures and their export, which load with the views that have them: English and Japanese side by side. */
export const figureMessages = {
  'export.button': { en: 'Export figure', ja: '図を書き出す' },
  'export.short': { en: 'Export', ja: '書き出す' },
  'export.svg': { en: 'drawing with caption and link, for papers and editors', ja: 'キャプションとリンク付きの図(論文・編集用)' },
  'export.png': { en: 'the same as a picture, twice the size of the page', ja: '同じ図の画像(表示の2倍の大きさ)' },
  'export.parquet': { en: 'the same for pandas or DuckDB', ja: '同じ数値(pandas や DuckDB 用)' },
  'export.csv': { en: 'the numbers behind it', ja: '図のもとの数値' },
  'export.cite': { en: 'BibTeX of paper, tool and pack', ja: '論文・ツール・パックの BibTeX' },
  'export.making': { en: 'Making {name}…', ja: '{name} を作成中…' },
  'export.saved': { en: 'Saved {name}', ja: '{name} を保存しました' },
  'export.failed': { en: '{name} could not be made: {reason}. Try another format.', ja: '{name} を作成できませんでした: {reason}。別の形式をお試しください。' },
  'cite.title': { en: 'Cite this view', ja: 'この表示を引用' },
  'cite.says': { en: 'BibTeX of the paper whose method this is, of this tool, and of the pack on show with a link that opens this view.', ja: '手法の論文、このツール、表示中のパック(この表示を開くリンク付き)の BibTeX です。' },
  'cite.field': { en: 'BibTeX', ja: 'BibTeX' },
  'cite.copy': { en: 'Copy BibTeX', ja: 'BibTeX をコピー' },
  'view.title': { en: 'A link to this view', ja: 'この表示へのリンク' },
  'view.cut': { en: 'The selection is not in it: {n} concepts, and a link carries {m} at most.', ja: '選択は含まれません: {n} 概念(リンクに入るのは {m} まで)。' },
} as const;
