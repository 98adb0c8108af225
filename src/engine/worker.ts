/// <reference lib="webworker" />
import { invariant } from '../core/errors.ts';
import { browserEnvironment } from './environment-browser.ts';
import { Engine } from './engine.ts';
import { allHandlers } from './handlers.ts';
import type { FromWorker, ToWorker } from './operations.ts';
import { reportFetched } from './report-fetched.ts';
import { serve } from './server.ts';

const post = (message: FromWorker): void => { postMessage(message); };
let receive: ((message: ToWorker) => void) | null = null;

// The worker's only listener: everything, the engine included, is made by the first message.
onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if (data.type === 'start') {
    const engine = new Engine(browserEnvironment(data.base), (notice) => { post({ type: 'notice', notice }); });
    receive = serve(allHandlers(engine), post);
    return;
  }
  invariant(receive !== null, 'the page starts the worker before it asks for anything');
  receive(data);
};

reportFetched();
