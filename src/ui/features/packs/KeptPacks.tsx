import type { OwnPack } from '../../../engine/own/protocol.ts';
import { useApp } from '../../app-context.ts';
import { download } from '../../figures/download.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { bytesText } from './bytes-text.ts';
import { usePacks, usePacksActions } from './packs-context.ts';

/** The packs of this browser, and what can be done with each. */
export function KeptPacks() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const { storage, busy } = usePacks((s) => ({ storage: s.storage, busy: s.progress !== null }));
  const open = useApp((s) => s.pack);
  if (storage === null) return <section aria-busy="true"><h3>{t('kept')}</h3></section>;
  const columns = ['pack', 'encoder', 'concepts', 'images', 'texts', 'size'] as const;
  return (
    <section aria-labelledby="packs-kept">
      <h3 id="packs-kept">{t('kept')}</h3>
      {storage.packs.length + storage.broken.length === 0 && <p className="note">{t('kept.none')}</p>}
      <table className="packs-table">
        <thead><tr>{columns.map((column, n) => <th key={column} scope="col" className={n > 1 ? 'number' : ''}>{t(`column.${column}`)}</th>)}<th scope="col"><span className="visually-hidden">{t('column.actions')}</span></th></tr></thead>
        <tbody>
          <tr>
            <th scope="row">mini-clip gallery <span className="note">{t('kept.embedded')}</span></th>
            <td colSpan={5} />
            <td className="packs-actions">
              {open?.id === 'gallery' && open.pictures === 'gallery' ? <span className="note">{t('row.opened')}</span> : <button type="button" disabled={busy} onClick={() => void actions.openEmbedded('mini-clip gallery')}>{t('row.open.short')}</button>}
            </td>
          </tr>
          {storage.packs.map((pack) => <Row key={pack.id} pack={pack} busy={busy} shown={open?.hash === pack.hash} />)}
          {storage.broken.map(({ id, error }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td colSpan={5} className="field-error">{t('row.broken', { reason: error.message })}</td>
              <td className="packs-actions"><button type="button" className="quiet" aria-label={t('row.delete', { title: id })} disabled={busy} onClick={() => void actions.remove({ id, title: id, hash: '', encoder: '', dictionary: '', c: 0, images: 0, texts: 0, bytes: 0 })}>{t('row.delete.short')}</button></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ pack, busy, shown }: { readonly pack: OwnPack; readonly busy: boolean; readonly shown: boolean }) {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const { title, encoder, dictionary, c, images, texts, bytes } = pack;
  const save = async (): Promise<void> => {
    const file = await actions.publish(pack);
    if (file !== null) download(file.name, file.blob);
  };
  return (
    <tr>
      <th scope="row">{title} <span className="note">{dictionary}</span></th>
      <td data-label={t('column.encoder')}>{encoder}</td>
      <td className="number" data-label={t('column.concepts')}>{count(c)}</td>
      <td className="number" data-label={t('column.images')}>{count(images)}</td>
      <td className="number" data-label={t('column.texts')}>{count(texts)}</td>
      <td className="number" data-label={t('column.size')}>{bytesText(bytes)}</td>
      <td className="packs-actions">
        {shown ? <span className="note">{t('row.opened')}</span> : <button type="button" aria-label={t('row.open', { title })} disabled={busy} onClick={() => void actions.open(pack)}>{t('row.open.short')}</button>}
        <button type="button" className="quiet" aria-label={t('row.verify', { title })} disabled={busy} onClick={() => void actions.verify(pack)}>{t('row.verify.short')}</button>
        <button type="button" className="quiet" aria-label={t('row.publish', { title })} disabled={busy} onClick={() => void save()}>{t('row.publish.short')}</button>
        <button type="button" className="quiet" aria-label={t('row.delete', { title })} disabled={busy || shown} onClick={() => void actions.remove(pack)}>{t('row.delete.short')}</button>
      </td>
    </tr>
  );
}
