/** All that the worker can be asked, and the messages it is asked with. */
import type { AtlasOperations } from './atlas/protocol.ts';
import type { LabOperations } from './lab/protocol.ts';
import type { OwnOperations } from './own/protocol.ts';
import type { EngineNotice, ErrorReport, ProbeOperations, Progress } from './protocol.ts';

/** Operation name → what goes in and what comes out, and what is sent meanwhile. */
export interface Operations extends ProbeOperations, AtlasOperations, LabOperations, OwnOperations {}

/** Name of an operation. */
export type Operation = keyof Operations;
/** What goes into operation `O`. */
export type Input<O extends Operation> = Operations[O]['input'];
/** What comes out of operation `O`. */
export type Output<O extends Operation> = Operations[O]['output'];
/** What operation `O` sends while it runs. */
export type Update<O extends Operation> = Operations[O] extends { update: infer U } ? U : never;

/** Page → worker. */
export type ToWorker =
  /** First of all: the folder the application is served from, which a worker cannot know. */
  | { readonly type: 'start'; readonly base: string }
  | { readonly type: 'request'; readonly id: number; readonly op: Operation; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker → page. */
export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'update'; readonly id: number; readonly update: unknown }
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorReport }
  | { readonly type: 'notice'; readonly notice: EngineNotice };
