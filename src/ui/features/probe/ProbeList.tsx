import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { columnsOf, isReady } from './columns.ts';
import { novelty } from './novelty.ts';
import { ProbeCard } from './ProbeCard.tsx';

const STARTERS = ['a red heart', 'fruit on a table', 'cat', 'rainy day'];

/** All probes as cards; without any, one-tap starting points. */
export function ProbeList() {
  const { t } = useText();
  const actions = useActions();
  const { probes, pair, example, undoable, pack } = useApp((s) => ({
    probes: s.probes, pair: s.pair, example: s.example, undoable: s.undoable, pack: s.pack,
  }));
  const ready = probes.filter(isReady).length;
  const far = probes.filter((p) => isReady(p) && pack !== null && novelty(p.readout, pack.calibration) !== null).length;
  const shown = columnsOf(probes, pair).length;
  return (
    <section aria-labelledby="probes-title" className="probes">
      <header className="section-head">
        <h2 id="probes-title">{t('probes.title')}</h2>
        {example && <p className="note">{t('probes.example')}</p>}
        {shown < ready && <p className="note">{t('probes.shown', { n: shown, m: ready })}</p>}
        <span className="spacer" />
        {ready > 1 && (
          <button type="button" className="quiet" onClick={() => { const title = document.getElementById('why-title'); title?.scrollIntoView({ block: 'start' }); title?.focus({ preventScroll: true }); }}>
            {t('probes.jump')}
          </button>
        )}
        {undoable !== null && <button type="button" id="undo" className="quiet" onClick={() => { actions.undo(); }}>{t('probes.undo')}</button>}
        {probes.length > 0 && <button type="button" className="quiet" onClick={() => { actions.clear(); }}>{t('probes.clear')}</button>}
      </header>
      <p role="status" className="visually-hidden">
        {ready > 0 && t('probes.announce', { n: ready, m: probes.length, far })}
      </p>
      {probes.length === 0 ? (
        <div className="empty">
          <p>{t('probes.empty')}</p>
          {STARTERS.map((text) => (
            <button key={text} type="button" onClick={() => void actions.addTexts(text)}>{text}</button>
          ))}
        </div>
      ) : (
        <ul className="cards" role="list">
          {probes.map((probe, index) => <ProbeCard key={probe.key} probe={probe} index={index} />)}
        </ul>
      )}
    </section>
  );
}
