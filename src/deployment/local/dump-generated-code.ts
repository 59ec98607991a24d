/**
 * Writes the code that the runtime generates in this thread to files, to be read beside a profile or a stack trace. Called
 * once where a thread is composed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { observeGeneratedCode } from '../../core/generated-code.js';

/** Names the folder; empty or not set: nothing is written. */
export const DUMP_VARIABLE = 'FLINK_DUMP_CODEGEN';

/** Writes `thread-<id>-<name>.js` into the folder that the variable names. Returns what ends that. */
export function dumpGeneratedCode(variables: Readonly<Record<string, string | undefined>>): () => void {
  const directory = variables[DUMP_VARIABLE];
  if (directory === undefined || directory === '') return () => undefined;
  mkdirSync(directory, { recursive: true });
  return observeGeneratedCode(({ name, text }) =>
    writeFileSync(join(directory, `thread-${threadId}-${name}.js`), text),
  );
}
