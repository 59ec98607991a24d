/** Stream graphs of this process, for jobs whose slots run in the calling thread and need no second run of main(). */
import { FlinkError } from '../core/errors.js';
import type { StreamGraph } from '../graph/stream-graph.js';

const graphs = new Map<string, StreamGraph>();

/** Keeps the graph under `key` until it is released. */
export function registerProgram(key: string, graph: StreamGraph): void {
  graphs.set(key, graph);
}

export function releaseProgram(key: string): void {
  graphs.delete(key);
}

/** Throws PROGRAM_NOT_FOUND. */
export function findProgram(key: string): StreamGraph {
  const graph = graphs.get(key);
  if (graph === undefined)
    throw new FlinkError('PROGRAM_NOT_FOUND', `no program is registered under '${key}' in this process`);
  return graph;
}
