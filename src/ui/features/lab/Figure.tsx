import { useRef } from 'react';
import { Info } from '../../primitives/Info.tsx';
import { useLabText } from './lab-text.ts';
import { download } from '../../figures/download.ts';
import { figureSvg } from '../../figures/figure-svg.ts';

interface Props {
  /** Also the stem of the saved files' names. */
  readonly id: string;
  readonly title: string;
  /** What the ⓘ says it is about; the title unless told. */
  readonly about?: string;
  /** Formulas and definitions. */
  readonly formula: React.ReactNode;
  /** One sentence: what to look for. */
  readonly look: string;
  readonly controls?: React.ReactNode;
  /** Null while there is nothing to save. */
  readonly save: { readonly what: string; readonly caption: string; readonly csv: () => string } | null;
  readonly children: React.ReactNode;
}

/** A section with a plot: what to look for, what the axes mean, and the figure and its numbers as files. */
export function Figure({ id, title, about = title, formula, look, controls, save, children }: Props) {
  const { t } = useLabText();
  const body = useRef<HTMLDivElement>(null);
  const saveSvg = (): void => {
    if (body.current === null || save === null) return;
    download(`vlm-explore-${id}.svg`, new Blob([figureSvg(body.current, title, save.caption, null)], { type: 'image/svg+xml' }));
  };
  const saveCsv = (): void => {
    // The byte order mark lets spreadsheets read R² and Japanese names as UTF-8.
    if (save !== null) download(`vlm-explore-${id}.csv`, new Blob(['\ufeff', save.csv()], { type: 'text/csv' }));
  };
  return (
    <section aria-labelledby={`lab-${id}`} className={`figure figure-${id}`}>
      <header className="section-head">
        <h3 id={`lab-${id}`}>{title}</h3>
        <Info about={about}>{formula}</Info>
        <span className="spacer" />
        {controls}
        <span className="save">
          <button type="button" className="quiet" disabled={save === null} aria-label={t('figure.svg', { what: save?.what ?? about })} onClick={saveSvg}>SVG</button>
          <button type="button" className="quiet" disabled={save === null} aria-label={t('figure.csv', { what: save?.what ?? about })} onClick={saveCsv}>CSV</button>
        </span>
      </header>
      <p className="note look">{look}</p>
      <div ref={body} className="figure-body">{children}</div>
    </section>
  );
}
