import { useState } from 'react';
import type { ConceptTest } from '../../../engine/atlas/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

/** Answers that stay on the page. */
const KEPT = 5;

interface Answer extends ConceptTest {
  readonly id: number;
  readonly name: string;
}

/** Does it fire? For a text, or a picture that is chosen, dropped or pasted. */
export function TestField({ concept }: { readonly concept: number }) {
  const { t } = useMessages(conceptMessages);
  const actions = useAtlasActions();
  const { error } = useAtlas((s) => ({ error: s.searchError }));
  const [text, setText] = useState('');
  const [running, setRunning] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [over, setOver] = useState(false);
  const [answers, setAnswers] = useState<readonly Answer[]>([]);

  const ask = async (name: string, probe: Parameters<typeof actions.test>[1]): Promise<void> => {
    setRunning(name);
    const answer = await actions.test(concept, probe);
    setRunning(null);
    setFailed(answer === null);
    if (answer !== null) setAnswers((before) => [{ ...answer, name, id: (before[0]?.id ?? 0) + 1 }, ...before].slice(0, KEPT));
  };
  const take = (files: FileList | null): boolean => {
    const file = files?.[0];
    if (file === undefined || running !== null) return false;
    void ask(file.name, { image: { name: file.name, blob: file } });
    return true;
  };
  const submit = (event: React.SyntheticEvent): void => {
    event.preventDefault();
    const words = text.trim();
    if (words !== '' && running === null) void ask(`“${words}”`, { text: words });
  };
  // Of a whole section, which is no control: its buttons do the same from the keyboard.
  const drops = {
    onDragOver: (event: React.DragEvent): void => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: React.DragEvent): void => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: React.DragEvent): void => {
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer.files);
    },
    onPaste: (event: React.ClipboardEvent): void => {
      if (take(event.clipboardData.files)) event.preventDefault();
    },
  };
  return (
    <section
      className={over ? 'concept-section concept-test over' : 'concept-section concept-test'} aria-labelledby="concept-test"
      {...drops}
    >
      <header className="section-head">
        <h3 id="concept-test">{t('test.title')}</h3>
        <Info about={t('test.title')}>{t('test.help')}</Info>
      </header>
      <form className="concept-test-form" onSubmit={submit}>
        <input type="text" aria-label={t('test.field')} placeholder={t('test.placeholder')} value={text} onChange={(event) => { setText(event.target.value); }} />
        <button type="submit" disabled={text.trim() === '' || running !== null}>{t('test.button')}</button>
        <label className="button" htmlFor="concept-test-image">{t('test.image')}</label>
        <input
          id="concept-test-image" className="visually-hidden" type="file" aria-label={t('test.image')} accept="image/*,.png,.jpg,.jpeg,.gif,.webp,.bmp,.avif" disabled={running !== null}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = '';
          }}
        />
      </form>
      <div role="status" className="concept-answers">
        {running === null ? answers.length === 0 && !failed && <p className="note">{t('test.hint')}</p> : <p className="note">{t('test.running', { name: running })}</p>}
        {failed && error !== null && <p className="concept-problem">{t('test.failed', { reason: error.message })}</p>}
        {answers.map((answer) => <TestAnswer key={answer.id} answer={answer} />)}
      </div>
    </section>
  );
}

function TestAnswer({ answer: { name, activation, precode, threshold } }: { readonly answer: Answer }) {
  const { t } = useMessages(conceptMessages);
  const fires = activation > 0;
  const [z, p, theta] = [significant(activation), significant(precode), significant(threshold ?? Number.NaN)];
  return (
    <p className="concept-answer">
      <span className={fires ? 'concept-verdict fires' : 'concept-verdict'}>{t(fires ? 'test.fires' : 'test.silent')}</span>
      <span className="concept-text">{name}</span>
      <span className="note">
        {threshold === null ? t(fires ? 'test.fires.free' : 'test.silent.free', { z, p })
          : fires ? t('test.fires.says', { z, p, theta })
          : t('test.silent.says', { missing: significant(Math.max(0, threshold - precode)), p, theta })}
      </span>
    </p>
  );
}
