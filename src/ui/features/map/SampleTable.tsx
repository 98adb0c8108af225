import { useMemo, useState } from 'react';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { pageOf } from '../../plots/map/rows.ts';
import { Sprite } from '../../primitives/Sprite.tsx';
import { Pager } from './Pager.tsx';

/** Rows of a page. */
const PAGE = 100;

/** The samples on the map as a table, images, then texts; a name shows the sample in the inspector. */
export function SampleTable({ onChoose }: { readonly onChoose: (point: number) => void }) {
  const { t, language } = useMessages(mapMessages);
  const { pack, samples } = useApp((s) => ({ pack: s.pack, samples: s.samples }));
  const [page, setPage] = useState(0);
  const [byName, setByName] = useState<boolean | null>(null);
  const images = pack?.counts.images ?? 0;
  const rows = useMemo(() => {
    const name = (point: number): string => (point < images ? imageName(samples, point, language) : textName(samples, point - images));
    const all = Array.from({ length: images + (pack?.counts.texts ?? 0) }, (_, point) => ({ point, name: name(point) }));
    return byName === null ? all : all.sort((a, b) => (byName ? 1 : -1) * a.name.localeCompare(b.name) || a.point - b.point);
  }, [pack, samples, images, language, byName]);
  const part = pageOf(rows, page, PAGE);
  return (
    <div className="map-table">
      <div className="map-row"><span className="spacer" /><Pager part={part} of={rows.length} onPage={setPage} /></div>
      <table>
        <caption className="visually-hidden">{t('table.samples')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('table.kind')}</th>
            <th scope="col" className="number">{t('table.number')}</th>
            <th scope="col" aria-sort={byName === null ? 'none' : byName ? 'ascending' : 'descending'}>
              <button type="button" className="quiet" onClick={() => { setByName(byName !== true); setPage(0); }}>{t('table.name')}<span aria-hidden="true">{byName === null ? '' : byName ? ' ↑' : ' ↓'}</span></button>
            </th>
          </tr>
        </thead>
        <tbody>
          {part.rows.map(({ point, name }) => (
            <tr key={point}>
              <td><span className={point < images ? 'mark-image' : 'mark-text'} aria-hidden="true" /> {t(point < images ? 'kind.picture' : 'kind.text')}</td>
              <td className="number">{point < images ? point : point - images}</td>
              <th scope="row"><button type="button" className="quiet map-item" onClick={() => { onChoose(point); }}>{point < images && <Sprite item={point} size={24} label="" />} {name}</button></th>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
