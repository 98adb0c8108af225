import { useId } from 'react';
import type { DictionaryPreview, ImportOptions } from '../../../engine/own/protocol.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { FilesButton } from './FilesButton.tsx';
import { usePacks, usePacksActions } from './packs-context.ts';

const FORMATS = ['overcomplete', 'saelens', 'dictionary_learning', 'sparsify', 'msae', 'openai', 'saev', 'dncbm'];
const ACTIVATIONS = ['relu', 'topk', 'batchtopk', 'mp', 'omp'] as const satisfies readonly ImportOptions['activation'][];

/** A checkpoint: what it is, what had to be assumed, and what can be done with it. */
export function ImportPanel({ onEmbeddings }: { readonly onEmbeddings: () => void }) {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const { busy, checkpoint } = usePacks((s) => ({ busy: s.progress !== null, checkpoint: s.checkpoint }));
  const id = useId();
  const files = checkpoint?.files ?? [];
  const options = checkpoint?.options;
  const number = (value: string): number | null => (value.trim() === '' || !Number.isFinite(Number(value)) ? null : Number(value));
  const preview = checkpoint?.preview ?? null;
  const usable = preview !== null && !preview.thresholdMissing;
  return (
    <section className="packs-drop" aria-label={t('import')}>
      <p className="note">{t('import.says')}</p>
      <p className="packs-line">
        <FilesButton label={t('import.files')} hint={t('import.files.hint')} several chosen={files.map(({ name }) => name)} onFiles={(chosen) => void actions.look(chosen.map((file) => ({ name: file.name, blob: file })))} />
      </p>
      {options !== undefined && (
        <p className="packs-line packs-fields">
          <label htmlFor={`${id}-format`}>{t('import.format')}</label>
          <select id={`${id}-format`} value={options.format ?? ''} onChange={(event) => void actions.look(files, { format: event.target.value || null })}>
            <option value="">{t('import.auto')}</option>
            {FORMATS.map((format) => <option key={format}>{format}</option>)}
          </select>
          <label htmlFor={`${id}-activation`}>{t('import.activation')}</label>
          <select id={`${id}-activation`} value={options.activation ?? ''} onChange={(event) => void actions.look(files, { activation: ACTIVATIONS.find((one) => one === event.target.value) ?? null })}>
            <option value="">{t('import.asStored')}</option>
            {ACTIVATIONS.map((one) => <option key={one}>{one}</option>)}
          </select>
          <label htmlFor={`${id}-k`}>{t('import.k')}</label>
          <input id={`${id}-k`} type="text" inputMode="numeric" size={5} defaultValue={options.k ?? ''} onBlur={(event) => { const k = number(event.target.value); if (k !== options.k) void actions.look(files, { k }); }} />
          <label htmlFor={`${id}-theta`}>{t('import.theta')}</label>
          <Info about={t('import.theta')}>{t('import.theta.help')}</Info>
          <input id={`${id}-theta`} type="text" inputMode="decimal" size={8} disabled={options.theta === 'calibrate'} defaultValue={typeof options.theta === 'number' ? options.theta : ''} onBlur={(event) => { const theta = number(event.target.value); if (theta !== options.theta) void actions.look(files, { theta }); }} />
          <label><input type="checkbox" checked={options.theta === 'calibrate'} onChange={(event) => void actions.look(files, { theta: event.target.checked ? 'calibrate' : null })} /> {t('import.theta.estimate')}</label>
        </p>
      )}
      {preview !== null && <Preview preview={preview} />}
      {checkpoint !== null && (
        <p className="packs-line">
          <button type="button" className="primary" disabled={busy || !usable || !preview.fits} onClick={() => { if (preview !== null) void actions.build(files[0]?.name ?? preview.tool, { kind: 'gallery' }, { kind: 'files', files, options: checkpoint.options }); }}>
            {t('import.use')}
          </button>
          <button type="button" disabled={busy || preview === null} onClick={onEmbeddings}>{t('import.keep')}</button>
        </p>
      )}
    </section>
  );
}

function Preview({ preview }: { readonly preview: DictionaryPreview }) {
  const { t } = useMessages(packsMessages);
  const { tool, c, d, activation, k, theta, comparator, normalisation, notes, thresholdMissing, fits } = preview;
  const thresholds = theta === null ? (comparator === null ? t('import.none') : thresholdMissing ? '?' : t('import.perConcept')) : significant(theta);
  return (
    <div className="packs-preview" role="status">
      <p><strong>{t('import.found', { tool, c: count(c), d })}</strong></p>
      <dl>
        <div><dt>{t('import.activation')}</dt><dd>{activation}{k === null ? '' : `, k = ${String(k)}`}</dd></div>
        <div><dt>{t('import.theta')}</dt><dd>{thresholds}</dd></div>
        <div><dt>{t('import.comparator')}</dt><dd>{comparator === null ? '–' : `p ${comparator} θ`}</dd></div>
        <div><dt>{t('import.normalisation')}</dt><dd>{normalisation === 'none' ? t('import.none') : normalisation}</dd></div>
      </dl>
      {notes.length > 0 && <><p className="note">{t('import.assumed')}</p><ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul></>}
      {thresholdMissing && <p className="field-error">{t('import.missing')}</p>}
      <p className="note">{t(fits ? 'import.fits' : 'import.other', { d })}</p>
    </div>
  );
}
