import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { cosineText, percent } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ProbePicture } from '../../primitives/ProbePicture.tsx';
import type { Probe } from '../../../state/model.ts';
import { novelty } from './novelty.ts';
import { probeName } from '../../names.ts';

/** One probe: picture or text, L0, how much of the embedding its code explains, and a warning when it is far out. */
export function ProbeCard({ probe, index }: { readonly probe: Probe; readonly index: number }) {
  const { t, language } = useText();
  const actions = useActions();
  const { samples, pack, pair } = useApp((s) => ({ samples: s.samples, pack: s.pack, pair: s.pair }));
  const name = probeName(probe, index, samples, language, t);
  const { readout } = probe;
  const far = readout === null || pack === null ? null : novelty(readout, pack.calibration);
  const chosen = pair !== null && (pair.a === probe.key || pair.b === probe.key);
  return (
    <li className={`card ${probe.kind} ${chosen ? 'chosen' : ''}`}>
      <button
        type="button"
        className="card-main"
        aria-pressed={chosen}
        aria-label={t('probes.compare', { name })}
        disabled={readout === null}
        onClick={() => void actions.tap(probe.key)}
      >
        {probe.kind === 'image' && <ProbePicture probe={probe} size={88} />}
        <span className="card-name" title={name}>
          {probe.kind === 'text' && <ProbePicture probe={probe} size={10} />}
          {name}
        </span>
      </button>
      {readout === null ? (
        <span className="card-facts">{t('probes.waiting')}</span>
      ) : (
        <span className="card-facts">
          <span>{t('probes.l0', { n: readout.code.indices.length })}</span>
          <span>{t('probes.cosine', { n: cosineText(readout.cosine) })}</span>
          <Info about={t('probes.about')}>
            {t('probes.l0.help')} {t('probes.cosine.help')}
          </Info>
        </span>
      )}
      <span className="meter" aria-hidden="true">
        <span style={{ width: `${String(Math.max(0, readout?.cosine ?? 0) * 100)}%` }} />
      </span>
      {far !== null && (
        <p className="warning">
          <span aria-hidden="true">▲ </span>
          {t('probes.far')}
          <Info about={t('probes.far')}>
            {t(`probes.far.${far.measure}`, { value: cosineText(far.value), share: percent(far.better) })} {t('status.poor')}
          </Info>
        </p>
      )}
      <button type="button" className="card-remove quiet" aria-label={t('probes.remove', { name })} onClick={(event) => {
          // The card goes, and with it the focus: hand it to the next card's button, or to Undo after the last.
          const cards = [...(event.currentTarget.closest('ul')?.querySelectorAll<HTMLElement>('.card-remove') ?? [])];
          const next = cards[cards.indexOf(event.currentTarget) + 1] ?? cards.at(-2);
          actions.remove(probe.key);
          requestAnimationFrame(() => { (next ?? document.getElementById('undo'))?.focus(); });
        }}>
        ✕
      </button>
    </li>
  );
}
