import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';

interface Props {
  readonly part: { readonly rows: readonly unknown[]; readonly page: number; readonly pages: number; readonly first: number };
  readonly of: number;
  readonly onPage: (page: number) => void;
}

/** Which rows of a table are shown, and the ways to the others. */
export function Pager({ part: { rows, page, pages, first }, of, onPage }: Props) {
  const { t } = useMessages(mapMessages);
  return (
    <div className="map-pager">
      <span role="status" className="note">{t('table.showing', { from: count(rows.length === 0 ? 0 : first + 1), to: count(first + rows.length), m: count(of) })}</span>
      {pages > 1 && (
        <>
          <button type="button" disabled={page === 0} onClick={() => { onPage(page - 1); }}>{t('table.before')}</button>
          <button type="button" disabled={page === pages - 1} onClick={() => { onPage(page + 1); }}>{t('table.next')}</button>
        </>
      )}
    </div>
  );
}
