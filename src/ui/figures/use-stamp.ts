import { version } from '../../../package.json';
import { useActions, useApp } from '../app-context.ts';
import type { Stamp } from './stamp.ts';

/** Gives the address of what the page shows: the present address, also where the address bar is still to follow. */
export function useViewAddress(): () => string {
  const actions = useActions();
  const { page } = useApp((s) => ({ page: s.page }));
  return () => new URL(actions.address(page), location.href).href;
}

/** Gives the stamp of what the page shows, when it is exported. */
export function useStamp(): () => Stamp {
  const address = useViewAddress();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  return () => ({
    permalink: address(),
    pack: pack === null ? null : { id: pack.id, hash: pack.hash, title: pack.title },
    version,
    date: new Date().toISOString().slice(0, 10),
  });
}
