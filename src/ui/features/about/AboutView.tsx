import { useEffect, useState } from 'react';
import { useText } from '../../i18n/text.ts';
import { loadCredits, webAddress, type Credits } from './credits.ts';

/** What the tool is, what it does with your data, and who drew the pictures. */
export function AboutView() {
  const { t } = useText();
  const [credits, setCredits] = useState<Credits | 'loading' | 'failed'>('loading');
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
      {typeof credits === 'object' && <CreditsTable credits={credits} />}
    </main>
  );
}

function CreditsTable({ credits }: { readonly credits: Credits }) {
  const { t } = useText();
  return (
    <>
      <p className="note" lang="en">{credits.changes}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('about.package')}</th>
            <th scope="col">{t('about.author')}</th>
            <th scope="col">{t('about.licence')}</th>
            <th scope="col" className="number">{t('about.items')}</th>
          </tr>
        </thead>
        <tbody>
          {credits.packages.map(({ package: name, version, title, author, licence, items }) => (
            <tr key={name}>
              <td>{title} <span className="note">{name} {version}</span></td>
              <td><a href={webAddress(author.url)} rel="noreferrer">{author.name}</a></td>
              <td><a href={webAddress(licence.url)} rel="noreferrer">{licence.spdx}</a></td>
              <td className="number">{items}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
