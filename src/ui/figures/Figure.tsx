import { useRef } from 'react';
import { Info } from '../primitives/Info.tsx';
import { ExportFigure } from './ExportFigure.tsx';
import type { FigureData } from './figure-data.ts';

interface Props {
  /** Also the stem of the saved files' names, and of the heading's id. */
  readonly id: string;
  readonly title: string;
  /** Formulas and definitions, behind the ⓘ. */
  readonly formula: React.ReactNode;
  /** One sentence: what to look for. */
  readonly look: string;
  /** One sentence: what the paper found there, in words, without numbers. */
  readonly paper?: string;
  readonly controls?: React.ReactNode;
  /** Null while there is nothing to export. Called when it is exported. */
  readonly data: (() => FigureData) | null;
  /** Drawings: `svg[data-figure]` or `canvas[data-figure]`; what is marked `data-screen` stays out of an export. */
  readonly children: React.ReactNode;
}

/** A plot of the atlas: what to look for, what the axes mean, and the figure and its numbers as files. */
export function Figure({ id, title, formula, look, paper, controls, data, children }: Props) {
  const body = useRef<HTMLDivElement>(null);
  return (
    <section aria-labelledby={`figure-${id}`} className={`figure figure-${id}`}>
      <header className="section-head">
        <h3 id={`figure-${id}`}>{title}</h3>
        <Info about={title}>{formula}</Info>
        <span className="spacer" />
        {controls !== undefined && <span className="figure-controls">{controls}</span>}
        <ExportFigure id={id} title={title} body={body} data={data} />
      </header>
      <p className="note look">{look}</p>
      <div ref={body} className="figure-body">{children}</div>
      {paper !== undefined && <p className="note paper">{paper}</p>}
    </section>
  );
}
