import { Fragment, useState } from 'react';
import { useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { conceptLabel } from '../../names.ts';
import { signedBars } from '../../plots/contributions.ts';
import { cosineText, significant } from '../../plots/format.ts';
import { ConceptExamples, ConceptLink } from '../../primitives/Concept.tsx';
import type { MatchRow } from './match-rows.ts';

/** Rows before "Show all"; the smaller ones are summed in the last line. */
const FOLD = 12;
/** Width of the bars' axis, in the SVG's own units. */
const WIDTH = 240;

interface Props {
  readonly rows: readonly MatchRow[];
  readonly label: string;
  /** Message of the line that sums the rows not shown. */
  readonly rest: 'why.rest' | 'why.restConcepts';
}

/** Signed bars, strongest first: what each concept pair, or each concept, adds to the similarity. */
export function MatchRows({ rows, label, rest }: Props) {
  const { t, language } = useText();
  const pack = useApp((s) => s.pack);
  const [open, setOpen] = useState(false);
  const shown = open ? rows : rows.slice(0, FOLD);
  const left = rows.slice(shown.length);
  const { zero, bars } = signedBars(shown.map((row) => row.value), WIDTH);
  return (
    <div>
      <ul className="pairs" role="list" aria-label={label}>
        {shown.map(({ concepts, value }, k) => {
          const names = concepts.map((concept) => conceptLabel(pack, concept, language));
          return (
            <li key={concepts.join('-')} className="pair-row" title={t('why.contribution', { a: names[0] ?? '', b: names.at(-1) ?? '', value: significant(value) })}>
              <span className="pair-names">
                {concepts.map((concept, at) => (
                  <Fragment key={concept}>
                    {at > 0 && <span aria-hidden="true" className="pair-arrow">↔</span>}
                    <ConceptExamples concept={concept} count={2} size={24} />
                    <ConceptLink concept={concept} />
                  </Fragment>
                ))}
              </span>
              <svg className="pair-bar" viewBox={`0 0 ${String(WIDTH)} 10`} preserveAspectRatio="none" aria-hidden="true">
                <line x1={zero} x2={zero} y1={0} y2={10} className="axis" />
                <rect x={bars[k]?.x ?? 0} width={bars[k]?.width ?? 0} y={1} height={8} className={value < 0 ? 'against' : 'for'} />
              </svg>
              <span className="pair-value">{significant(value)}</span>
            </li>
          );
        })}
      </ul>
      {left.length > 0 && <p className="note">… {t(rest, { n: left.length, value: cosineText(left.reduce((sum, row) => sum + row.value, 0)) })}</p>}
      {rows.length > FOLD && (
        <button type="button" className="quiet more" onClick={() => { setOpen(!open); }}>
          {open ? t('concepts.fewer') : t('why.all', { n: rows.length })}
        </button>
      )}
    </div>
  );
}
