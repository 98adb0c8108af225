import { useActions, useApp } from '../app-context.ts';
import { messageKey, useText } from '../i18n/text.ts';

/** What went wrong or deserves saying, one sentence each: unreadable files, a broken link, a recovered device. */
export function Messages() {
  const { t } = useText();
  const actions = useActions();
  const { failures, packError, linkError, problems, notices } = useApp((s) => ({
    failures: s.failures, packError: s.packError, linkError: s.linkError, problems: s.problems, notices: s.notices,
  }));
  const lines = [...new Set([
    ...(packError === null ? [] : [t('error.pack', { reason: packError.message })]),
    ...(linkError === null ? [] : [t('error.link', { reason: linkError.message })]),
    ...problems.map((p) => p.code === 'bad-value' ? t('error.routeValue', { key: p.key, value: p.value === '' ? '–' : p.value }) : t(p.code === 'other-pack' ? 'error.otherPack' : p.code === 'newer-version' ? 'error.newer' : 'error.route', { value: 'value' in p ? p.value : p.code })),
    ...notices.map((n) =>
      n.kind === 'gpu-recovered'
        ? t(`notice.gpu-recovered.${n.on}`)
        : t('notice.backend-fell-back', { part: t(messageKey(`part.${n.part}`, 'part.dictionary')), to: n.to }),
    ),
    ...failures.map((f) => f.error.message),
  ])];
  return (
    <div className="messages" role="status">
      {lines.length > 0 && (
        <div className="message">
          <ul role="list">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
          <button type="button" className="quiet" aria-label={t('error.dismiss')} onClick={() => { actions.dismissMessages(); }}>✕</button>
        </div>
      )}
    </div>
  );
}
