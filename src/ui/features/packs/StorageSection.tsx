import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { bytesText } from './bytes-text.ts';
import { usePacks } from './packs-context.ts';

/** How much of its storage the browser gives, and what of it is used. */
export function StorageSection() {
  const { t } = useMessages(packsMessages);
  const storage = usePacks((s) => s.storage);
  const size = storage?.packs.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  return (
    <section aria-labelledby="packs-storage">
      <h3 id="packs-storage">{t('storage')}</h3>
      {storage !== null && (
        <>
          {!storage.lasting && <p className="field-error">{t('storage.memory')}</p>}
          <p>{t('storage.packs', { n: storage.packs.length, size: bytesText(size) })}</p>
          {storage.usage === null || storage.quota === null ? (
            <p className="note">{t('storage.unknown')}</p>
          ) : (
            <p className="packs-line">
              <meter aria-label={t('storage')} min={0} max={storage.quota} value={storage.usage} />
              <span className="note">{t('storage.used', { used: bytesText(storage.usage), quota: bytesText(storage.quota) })}</span>
            </p>
          )}
        </>
      )}
    </section>
  );
}
