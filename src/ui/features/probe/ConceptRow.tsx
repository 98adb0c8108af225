import type { ScaleLinear } from 'd3-scale';
import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { significant } from '../../plots/format.ts';
import { ConceptExamples, ConceptLink } from '../../primitives/Concept.tsx';
import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import type { ConceptRowData, ReadyProbe } from './columns.ts';

interface Props {
  readonly row: ConceptRowData;
  readonly columns: readonly ReadyProbe[];
  readonly names: readonly string[];
  /** Activation → bar length in per cent, common to the whole table. */
  readonly scale: ScaleLinear<number, number>;
}

/** One concept: label, an activation bar for every shown probe, modality, examples. */
export function ConceptRow({ row, columns, names, scale }: Props) {
  const { t } = useText();
  const actions = useActions();
  const { modality, lit } = useApp((s) => ({
    modality: s.pack?.concepts.modality[row.concept] ?? null,
    lit: (s.preview ?? s.view.focus) === row.concept,
  }));
  return (
    <li
      className={lit ? 'concept-row lit' : 'concept-row'}
      onPointerEnter={() => { actions.preview(row.concept); }}
      onPointerLeave={() => { actions.preview(null); }}
    >
      <ConceptLink concept={row.concept} />
      {columns.map((probe, i) => {
        const value = row.activations[i] ?? 0;
        return (
          <span key={probe.key} className={`bar ${probe.kind} ${value > 0 ? '' : 'none'}`} title={t('concepts.value', { probe: names[i] ?? '', value: significant(value) })}>
            <span className="bar-name" aria-hidden="true">{names[i]}</span>
            <span className="bar-track" aria-hidden="true"><span className="bar-fill" style={{ width: `${String(scale(value))}%` }} /></span>
            <span className="bar-value">
              <span className="visually-hidden">{names[i]}: {value > 0 ? '' : '0'}</span>
              {value > 0 ? significant(value) : <span aria-hidden="true">·</span>}
            </span>
          </span>
        );
      })}
      <ModalityBar score={modality} />
      <ConceptExamples concept={row.concept} count={5} size={28} />
    </li>
  );
}
