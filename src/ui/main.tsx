import { createRoot } from 'react-dom/client';
import { invariant } from '../core/errors.ts';
import { EngineClient } from '../engine/client.ts';
import { TabPictures } from '../state/pictures.ts';
import { createAppStore } from '../state/store.ts';
import { bindAddress } from '../state/url.ts';
import { App } from './App.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/probe.css';

const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' });
const engine = new EngineClient(worker, new URL('.', location.href).href, (notice) => { store.actions.notice(notice); });
// Looked up at each use: where storage is switched off, even naming it throws.
const pictures = new TabPictures({
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => { sessionStorage.setItem(key, value); },
});
const store = createAppStore(engine, pictures, {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => { localStorage.setItem(key, value); },
});
worker.onerror = (event) => {
  engine.abandon(`The compute worker stopped: ${event.message === '' ? 'it could not be loaded' : event.message}. Reload the page.`);
};

const root = document.getElementById('root');
invariant(root !== null, 'index.html has a #root');
createRoot(root).render(<App store={store} />);
// A link that offers a pack leads to where it can be looked at first.
if (new URLSearchParams(location.search).has('pack') && location.hash === '') location.hash = '#/packs';
bindAddress(store, window);
