import { useId, useRef, useState } from 'react';
import { figureMessages } from '../i18n/figures.ts';
import { useMessages } from '../i18n/text.ts';
import { useActions } from '../app-context.ts';
import { bibtex } from './bibtex.ts';
import { CiteSheet } from './CiteSheet.tsx';
import { download } from './download.ts';
import { evenColumns, type FigureData } from './figure-data.ts';
import { figureFile, type FigureFormat } from './figure-file.ts';
import { useStamp } from './use-stamp.ts';

const FORMATS = ['svg', 'png', 'csv', 'parquet'] as const satisfies readonly (FigureFormat | 'parquet')[];

interface Props {
  /** Stem of the files' names; `figure-<id>` is the heading that describes the button. */
  readonly id: string;
  readonly title: string;
  readonly body: React.RefObject<HTMLElement | null>;
  readonly data: (() => FigureData) | null;
}

/** A button with a menu: the figure and its numbers as files, and how to cite it. */
export function ExportFigure({ id, title, body, data }: Props) {
  const { t } = useMessages(figureMessages);
  const stamp = useStamp();
  const actions = useActions();
  const menuId = useId();
  const menu = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDialogElement>(null);
  const [says, setSays] = useState('');
  const [entries, setEntries] = useState('');

  const save = async (format: (typeof FORMATS)[number]): Promise<void> => {
    if (body.current === null || data === null) return;
    const name = `vlm-explore-${id}.${format}`;
    setSays(t('export.making', { name }));
    try {
      download(name, format === 'parquet' ? await actions.parquet(evenColumns(data())) : await figureFile(format, body.current, title, data(), stamp()));
      setSays(t('export.saved', { name }));
    } catch (error) {
      setSays(t('export.failed', { name, reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  const cite = (): void => {
    setEntries(bibtex(stamp()));
    menu.current?.hidePopover();
    sheet.current?.showModal();
  };
  return (
    <span className="export">
      <button type="button" className="quiet" popoverTarget={menuId} disabled={data === null} aria-label={t('export.button')} aria-describedby={`figure-${id}`} onClick={() => { setSays(''); }}>
        {t('export.short')}
      </button>
      <div ref={menu} id={menuId} popover="auto" className="popover export-menu" role="group" aria-label={t('export.button')}>
        {FORMATS.map((format) => (
          <button key={format} type="button" className="quiet" onClick={() => void save(format)}>
            {format.toUpperCase()} <span className="note">{t(`export.${format}`)}</span>
          </button>
        ))}
        <button type="button" className="quiet" onClick={cite}>{t('cite.title')} <span className="note">{t('export.cite')}</span></button>
        <p role="status" className="note">{says}</p>
      </div>
      <CiteSheet ref={sheet} entries={entries} />
    </span>
  );
}
