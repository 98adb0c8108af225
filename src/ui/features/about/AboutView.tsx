import { useEffect, useState } from 'react';
import { useText } from '../../i18n/text.ts';
import { loadCredits, type Credit } from './credits.ts';

/** What the tool is, what it does with your data, and who drew the pictures. */
export function AboutView() {
  const { t } = useText();
  const [credits, setCredits] = useState<readonly Credit[] | 'loading' | 'failed'>('loading');
  useEffect(() => {
    const abort = new AbortController();
    loadCredits(abort.signal).then(setCredits, () => { if (!abort.signal.aborted) setCredits('failed'); });
    return () => { abort.abort(); };
  }, []);
  return (
    <main id="view" tabIndex={-1} className="about">
      <h2>{t('about.title')}</h2>
      <p>{t('about.p1')}</p>
      <p>{t('about.p2')}</p>
      <p>{t('about.p3')}</p>
      <p>{t('about.p4')}</p>
      <h2>{t('about.credits')}</h2>
      {credits === 'loading' && <p className="note">{t('about.credits.loading')}</p>}
      {credits === 'failed' && <p className="note">{t('about.credits.failed')}</p>}
      {Array.isArray(credits) && (
        <table>
          <thead>
            <tr><th>{t('about.package')}</th><th>{t('about.author')}</th><th>{t('about.licence')}</th><th>{t('about.items')}</th></tr>
          </thead>
          <tbody>
            {(credits as readonly Credit[]).map((c) => (
              <tr key={c.package}>
                <td>{c.title} <span className="note">{c.package} {c.version}</span></td>
                <td>{c.authorUrl === null ? c.author : <a href={c.authorUrl} rel="noreferrer">{c.author}</a>}</td>
                <td>{c.licenceUrl === null ? c.licence : <a href={c.licenceUrl} rel="noreferrer">{c.licence}</a>}</td>
                <td className="number">{c.items}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
