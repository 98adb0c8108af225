import { useCallback, useMemo } from 'react';
import type { Atlas } from '../../../engine/atlas/protocol.ts';
import type { PackView } from '../../../engine/protocol.ts';
import type { ConceptColumns } from '../../../state/atlas/columns.ts';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { energyCurves } from '../../plots/alignment/energy-curve.ts';
import { angleScatter, classifierScatter, energyScatter } from '../../plots/alignment/scatters.ts';
import { percent, significant } from '../../plots/format.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { GapFigure } from './GapFigure.tsx';
import { HistogramFigure } from './HistogramFigure.tsx';
import { ScatterFigure } from './ScatterFigure.tsx';
import { SpectrumFigure } from './SpectrumFigure.tsx';

interface Props {
  readonly pack: PackView;
  readonly atlas: Atlas;
  readonly columns: ConceptColumns;
  /** Concepts that the filters keep. */
  readonly concepts: readonly number[];
}

/** The plots of the alignment view. */
export function AlignmentPlots({ pack, atlas, columns, concepts }: Props) {
  const { t } = useMessages(alignmentMessages);
  const name = useConceptName();
  const { energyImages, energyTexts } = pack.concepts;
  const { energy, modality } = columns;
  const value = (values: ArrayLike<number | null>, i: number): string => significant(values[i] ?? Number.NaN);
  const identity = useMemo(() => [{ name: 'concept', values: concepts }, { name: 'label', values: concepts.map(name) }], [concepts, name]);
  const column = (title: string, values: ArrayLike<number | null>) => ({ name: title, values: concepts.map((i) => values[i] ?? null) });

  const drawEnergy = useCallback((width: number, height: number) => {
    const scatter = energyScatter(concepts, energyImages, energyTexts, width, height);
    const { x1, y1, x2, y2 } = scatter.equal;
    return {
      scatter,
      below: <g><line className="guide" x1={x1} y1={y1} x2={x2} y2={y2} /><text className="tick" x={x2 - 4} y={y2 + 14} textAnchor="end">{t('energy.equal')}</text><text className="tick" x={scatter.zero.x} y={scatter.plot.bottom + 15} textAnchor="middle">0</text></g>,
    };
  }, [concepts, energyImages, energyTexts, t]);
  const drawAngle = useCallback((width: number, height: number) => {
    const scatter = angleScatter(concepts, modality, atlas.cosineToGap, atlas.randomCosine, width, height);
    const { plot, random } = scatter;
    return {
      scatter,
      below: <g><rect className="null-band" x={plot.left} y={random.most} width={plot.right - plot.left} height={plot.bottom - random.most} /><line className="guide" x1={plot.left} x2={plot.right} y1={random.mean} y2={random.mean} /></g>,
      above: <text className="tick" x={plot.right} y={random.mean - 4} textAnchor="end">{t('angle.random')}</text>,
    };
  }, [concepts, modality, atlas, t]);
  const drawClassifier = useCallback((width: number, height: number) => {
    const scatter = classifierScatter(concepts, atlas.classifierAccuracy, energy, width, height);
    const { plot, chance } = scatter;
    return { scatter, below: <g><line className="guide" x1={plot.left} x2={plot.right} y1={chance} y2={chance} /><text className="tick" x={plot.right} y={chance + 13} textAnchor="end">{t('classifier.chance')}</text></g> };
  }, [concepts, atlas, energy, t]);
  const drawCumulative = useCallback((width: number, height: number) => {
    const scatter = energyCurves(concepts, { both: energy, images: energyImages, texts: energyTexts }, width, height);
    const { plot, lines, half } = scatter;
    return {
      scatter,
      below: (
        <g>
          {lines.map(({ of, path }) => <path key={of} className={`curve cloud-${of}`} d={path} />)}
          {lines.map(({ of }, n) => <text key={of} className={`curve-name cloud-${of}`} x={plot.right - 4} y={plot.bottom - 12 - 15 * n} textAnchor="end">{t(`cumulative.${of}`)}</text>)}
          <text className="tick" x={plot.right - 4} y={plot.bottom - 60} textAnchor="end">{t('cumulative.half', { share: percent(half) })}</text>
        </g>
      ),
    };
  }, [concepts, energy, energyImages, energyTexts, t]);

  const shared = { modality, of: concepts.length };
  return (
    <div className="alignment-plots">
      <HistogramFigure concepts={concepts} columns={columns} />
      <ScatterFigure {...shared} id="energy" draw={drawEnergy} xName={t('axis.energyTexts')} yName={t('axis.energyImages')} valuesOf={(i) => `E_img ${value(energyImages, i)}, E_txt ${value(energyTexts, i)}`} columns={[...identity, column('energy_images', energyImages), column('energy_texts', energyTexts), column('modality', modality)]} />
      <ScatterFigure {...shared} id="angle" draw={drawAngle} xName={t('axis.modality.ends')} yName={t('axis.angle')} valuesOf={(i) => `${t('axis.modality')} ${value(modality, i)}, |cos| ${value(atlas.cosineToGap, i)}`} columns={[...identity, column('modality', modality), column('cosine_to_gap', atlas.cosineToGap), column('cosine_to_probe', atlas.cosineToProbe)]} />
      <ScatterFigure {...shared} id="classifier" draw={drawClassifier} xName={t('axis.energy')} yName={t('axis.accuracy')} valuesOf={(i) => `${t('axis.accuracy')} ${value(atlas.classifierAccuracy, i)}, ${t('axis.energy')} ${value(energy, i)}`} columns={[...identity, column('accuracy', atlas.classifierAccuracy), column('energy', energy)]} />
      <ScatterFigure {...shared} id="cumulative" draw={drawCumulative} xName={t('axis.conceptShare')} yName={t('axis.energyShare')} valuesOf={(i) => `${t('axis.energy')} ${value(energy, i)}`} columns={[...identity, column('energy', energy), column('energy_images', energyImages), column('energy_texts', energyTexts)]} />
      <SpectrumFigure spectrum={atlas.spectrum} />
      <GapFigure atlas={atlas} concepts={concepts} columns={columns} />
    </div>
  );
}
