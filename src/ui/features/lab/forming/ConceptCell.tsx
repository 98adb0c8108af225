import type { LiveConcept, Run } from '../../../../engine/lab/protocol.ts';
import { significant } from '../../../plots/format.ts';
import { ModalityBar } from '../../../primitives/ModalityBar.tsx';
import { useLabText } from '../lab-text.ts';
import { ItemPicture, ItemText } from './Items.tsx';

const PICTURES = 5;
const TEXTS = 2;

interface Props {
  readonly concept: LiveConcept;
  readonly data: Run['data'];
  /** The run's data is the data that is open: its pictures and captions are at hand. */
  readonly known: boolean;
}

/** One concept as it forms: number, modality, energy, its strongest pictures and texts. The cell's size never changes. */
export function ConceptCell({ concept, data, known }: Props) {
  const { t } = useLabText();
  return (
    <li className="cell">
      <span className="cell-head">
        <span className="cell-number">{t('forming.concept', { n: concept.concept })}</span>
        <ModalityBar score={concept.modality} />
        <span className="note cell-energy" title={t('forming.energy')}><span className="visually-hidden">{t('forming.energy')} </span>{significant(concept.energy)}</span>
      </span>
      <span className="cell-pictures">
        {concept.topImages.length === 0 && <span className="note">{t('forming.noPictures')}</span>}
        {concept.topImages.slice(0, PICTURES).map(({ item }) => <ItemPicture key={item} item={item} kind={data.kind} known={known} />)}
      </span>
      <span className="cell-texts">
        {concept.topTexts.length === 0 && <span className="note">{t('forming.noTexts')}</span>}
        {concept.topTexts.slice(0, TEXTS).map(({ item }) => <ItemText key={item} item={item} kind={data.kind} known={known} />)}
      </span>
    </li>
  );
}
