import type { LabData } from '../../../../engine/lab/protocol.ts';
import { count } from '../../../plots/amounts.ts';
import { useLabText } from '../lab-text.ts';

/** What the open data is: counts, and what should be known about it. */
export function DataFacts({ data }: { readonly data: LabData }) {
  const { t } = useLabText();
  return (
    <>
      <p className="data-facts">
        {t('data.counts', { images: count(data.images), texts: count(data.texts), d: data.d })}
      </p>
      <p className="note data-title" title={data.title}>{t('data.of', { title: data.title, pairs: count(data.pairs) })}</p>
      {data.warnings.length > 0 && (
        <ul role="list" className="data-warnings">
          {data.warnings.map((warning) => (
            <li key={warning.code}>
              {t(`warning.${warning.code}`, { n: count(warning.count) })}
              {warning.first !== null && ` ${t('warning.first', { row: warning.first })}`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
