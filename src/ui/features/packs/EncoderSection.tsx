import { useId } from 'react';
import { useApp } from '../../app-context.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { usePacks, usePacksActions } from './packs-context.ts';

/** The model that embeds what is dropped, and a dictionary for it. */
export function EncoderSection() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const busy = usePacks((s) => s.progress !== null);
  const encoder = useApp((s) => s.pack?.encoder ?? '');
  const id = useId();
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t('encoder')}</h3>
      <p className="packs-line">
        <select aria-labelledby={`${id}-title`} defaultValue={encoder}>
          <option value={encoder}>{t('encoder.embedded', { id: encoder })}</option>
        </select>
        <button type="button" disabled={busy} onClick={() => void actions.buildDictionary()}>{t('encoder.build')}</button>
      </p>
      <p className="note">{t('encoder.says')} {t('encoder.build.says')}</p>
    </section>
  );
}
