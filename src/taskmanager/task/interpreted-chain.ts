/**
 * Takes a record through the steps of a chain one by one, and checks what every step emits: the twin of the compiled
 * chain, for the records that are checked.
 */
import { keyGroupFor } from '../../serialization/key-encoding.js';
import type { ChainStep, FunctionStep, KeyedStep, OperatorStep, Push } from './chain-step.js';
import { wantsFlush } from './chain-step.js';
import { isThenable, type RecordChecks } from './record-checks.js';
import { asyncResult, undefinedResult, userCodeError } from './user-code-error.js';

/** `producer` checked the records that come in; a step that changed one is told by it. */
export function interpretChain(steps: readonly ChainStep[], emitted: Float64Array, producer?: RecordChecks): Push {
  const run = (value: unknown, timestamp: number, next: readonly ChainStep[], from: RecordChecks | undefined): void => {
    for (const step of next) {
      if (step.kind === 'push') step.push(value, timestamp);
      else if (step.kind === 'keyed') writeKeyed(step, value, timestamp);
      else if (step.kind === 'operator') processElement(step, value, timestamp);
      else apply(step, value, timestamp, from);
    }
  };
  const apply = (step: FunctionStep, value: unknown, timestamp: number, from: RecordChecks | undefined): void => {
    const result = call(step, value);
    from?.verifyLast(step.name);
    if (step.kind === 'filter' && !result) return;
    if (step.counter !== undefined) emitted[step.counter] = (emitted[step.counter] as number) + 1;
    if (step.kind === 'filter') run(value, timestamp, step.next, from);
    else run(step.checks.check(result), timestamp, step.next, step.checks);
  };
  return (value, timestamp) => run(value, timestamp, steps, producer);
}

function call(step: FunctionStep, value: unknown): unknown {
  let result: unknown;
  try {
    result = typeof step.fn === 'function' ? step.fn(value) : methodsOf(step)[step.kind]?.(value);
  } catch (error) {
    throw userCodeError(error, step.name, value, true);
  }
  if (isThenable(result)) throw asyncResult(step.name, value);
  if (step.kind === 'map' && result === undefined) throw undefinedResult(step.name, value);
  return result;
}

function writeKeyed(step: KeyedStep, value: unknown, timestamp: number): void {
  const keyGroup = keyGroupFor(step.selector(value), step.maxParallelism, value);
  step.output.write(step.channelOf[keyGroup] as number, value, timestamp, keyGroup);
}

function methodsOf(step: FunctionStep): Record<string, (value: unknown) => unknown> {
  return step.fn as Record<string, (value: unknown) => unknown>;
}

function processElement(step: OperatorStep, value: unknown, timestamp: number): void {
  try {
    (step.operator as unknown as Record<typeof step.method, Push>)[step.method](value, timestamp);
  } catch (error) {
    throw userCodeError(error, step.name, value, true);
  }
  if (step.holds !== undefined && wantsFlush(step.operator)) step.holds.isHeld = true;
}
