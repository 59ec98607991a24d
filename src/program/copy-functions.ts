/**
 * Gives each slot function objects of its own where all slots run in one thread: a function with fields (state handles,
 * counters) must not be shared by its subtasks. In threads of their own each bind run makes them anew; Flink deserializes.
 */
import { Accumulator } from '../api/accumulators/accumulator.js';
import type { Erased, OperatorDefinition } from '../api/transformation.js';
import { FlinkError } from '../core/errors.js';
import type { StreamGraph, StreamNode } from '../graph/stream-graph.js';

/**
 * The same graph with function objects copied, one level deep: fields are the copy's own, what they refer to is shared,
 * except accumulators, which count for one subtask each.
 */
export function withOwnFunctions(graph: StreamGraph): StreamGraph {
  const nodes = graph.nodes.map((node): StreamNode => ({ ...node, definition: copyDefinition(node) }));
  return { ...graph, nodes, nodeById: new Map(nodes.map((node) => [node.id, node])) };
}

function copyDefinition(node: StreamNode): OperatorDefinition {
  const { definition } = node;
  if (definition.kind === 'window') {
    const { contents, fn } = definition;
    return {
      ...definition,
      contents:
        contents.kind === 'list' ? contents : ({ ...contents, fn: copyFunction(contents.fn, node) } as typeof contents),
      fn: copyFunction(fn, node),
    };
  }
  if (!('fn' in definition)) return definition;
  return { ...definition, fn: copyFunction(definition.fn as Erased, node) } as OperatorDefinition;
}

function copyFunction<T>(fn: T, node: StreamNode): T {
  if (typeof fn !== 'object' || fn === null) return fn;
  const prototype = Object.getPrototypeOf(fn) as object | null;
  if (node.parallelism > 1 && hasPrivateFields(fn.constructor)) throw notCopyable(node);
  const fields = Object.getOwnPropertyDescriptors<object>(fn) as PropertyDescriptorMap;
  for (const field of Object.values(fields)) if (field.value instanceof Accumulator) field.value = field.value.clone();
  return Object.create(prototype, fields) as T;
}

/** `#name` fields belong to the object that the constructor made and cannot be copied. */
function hasPrivateFields(constructor: unknown): boolean {
  return (
    typeof constructor === 'function' &&
    /(^|[\s;{}])(static\s+)?#[A-Za-z_$]/.test(Function.prototype.toString.call(constructor))
  );
}

function notCopyable(node: StreamNode): FlinkError {
  return new FlinkError(
    'FUNCTION_NOT_COPYABLE',
    `the function of operator '${node.name}' has #private fields and cannot be copied for ${node.parallelism} subtasks in one thread`,
    {
      domain: 'user',
      retry: 'never',
      remedy:
        "Run the program from its file (MiniCluster.run), set parallelism 1, or write TypeScript's 'private' instead of '#'.",
      details: { operator: node.name },
    },
  );
}
