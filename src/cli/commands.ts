import type { Command } from './command.ts';
import { calibrate } from './commands/calibrate.ts';
import { corpus } from './commands/corpus.ts';
import { decode } from './commands/decode.ts';
import { embed } from './commands/embed.ts';
import { encode } from './commands/encode.ts';
import { exportDictionary } from './commands/export.ts';
import { frontier } from './commands/frontier.ts';
import { importDictionary } from './commands/import.ts';
import { metrics } from './commands/metrics.ts';
import { packBuild } from './commands/pack-build.ts';
import { packPublish } from './commands/pack-publish.ts';
import { packMerge } from './commands/pack-merge.ts';
import { packStats } from './commands/pack-stats.ts';
import { packTrain } from './commands/pack-train.ts';
import { packVerify } from './commands/pack-verify.ts';
import { preprocess } from './commands/preprocess.ts';
import { probe } from './commands/probe.ts';
import { stability } from './commands/stability.ts';
import { train } from './commands/train.ts';

/**
 * The table of commands: one row a command. Each imports what does its work when it is called, so that `encode` does not wait for
 * the model libraries.
 */
export const COMMANDS: readonly Command[] = [train, encode, decode, metrics, stability, frontier, calibrate, importDictionary, exportDictionary, embed, preprocess, probe, corpus, packBuild, packStats, packMerge, packTrain, packVerify, packPublish];
