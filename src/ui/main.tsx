import { createRoot } from 'react-dom/client';
import { invariant } from '../core/errors.ts';
import { EngineClient } from '../engine/client.ts';
import { createAppStore } from '../state/store.ts';
import { bindAddress } from '../state/url.ts';
import { App } from './App.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/probe.css';

const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' });
const engine = new EngineClient(worker, new URL('.', location.href).href, (notice) => { store.actions.notice(notice); });
const store = createAppStore(engine);
worker.onerror = (event) => {
  engine.abandon(`The compute worker stopped: ${event.message === '' ? 'it could not be loaded' : event.message}. Reload the page.`);
};

const root = document.getElementById('root');
invariant(root !== null, 'index.html has a #root');
createRoot(root).render(<App store={store} />);
bindAddress(store, window);
