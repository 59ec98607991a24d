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
type Holder = { [CURRENT]?: ExecutionContext | undefined; [DEFAULT]?: () => ExecutionContext };

export function setExecutionContext(context: ExecutionContext | undefined): void {
  (globalThis as Holder)[CURRENT] = context;
}

/** Installed once by the package's entry: what runs a program that was started plainly. */
export function setDefaultExecutionContext(create: () => ExecutionContext): void {
  (globalThis as Holder)[DEFAULT] = create;
}

export function currentExecutionContext(): ExecutionContext {
  const holder = globalThis as Holder;
  const context = holder[CURRENT] ?? holder[DEFAULT]?.();
  if (context === undefined) throw new Error('no execution context: import the package by its name, not by file');
  return context;
}
