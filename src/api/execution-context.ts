/**
 * Which executor `getExecutionEnvironment()` hands out: set by the CLI, by a test cluster and by a slot's bind run;
 * otherwise the local one. Kept on a global symbol, so that two loaded copies of this package agree.
 */
import type { Configuration } from '../config/configuration.js';
import type { PipelineExecutor } from './pipeline-executor.js';

export interface ExecutionContext {
  readonly executor: PipelineExecutor;
  /** Options set from outside (`-p`, `-D`, config.yaml); the program's own settings win. */
  readonly configuration: Configuration;
}

const CURRENT = Symbol.for('flink-yarn.execution-context');
const DEFAULT = Symbol.for('flink-yarn.default-execution-context');
const EXECUTIONS = Symbol.for('flink-yarn.execution-count');
type Holder = {
  [CURRENT]?: ExecutionContext | undefined;
  [DEFAULT]?: (() => ExecutionContext) | undefined;
  [EXECUTIONS]?: WeakMap<ExecutionContext, number>;
};

export function setExecutionContext(context: ExecutionContext | undefined): void {
  (globalThis as Holder)[CURRENT] = context;
}

/** Installed once by the package's entry: what runs a program that was started plainly. Created at its first use. */
export function setDefaultExecutionContext(create: () => ExecutionContext): void {
  let context: ExecutionContext | undefined;
  (globalThis as Holder)[DEFAULT] = () => (context ??= create());
}

/** Numbers the `execute()` calls of the program that runs in this context, from 0, over all its environments. */
export function nextExecutionIndex(context: ExecutionContext): number {
  const counts = ((globalThis as Holder)[EXECUTIONS] ??= new WeakMap());
  const index = counts.get(context) ?? 0;
  counts.set(context, index + 1);
  return index;
}

export function currentExecutionContext(): ExecutionContext {
  const holder = globalThis as Holder;
  const context = holder[CURRENT] ?? holder[DEFAULT]?.();
  if (context === undefined) throw new Error('no execution context: import the package by its name, not by file');
  return context;
}
