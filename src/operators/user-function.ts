/** Calling the functions of users: finding the method, open and close, and refusing what must not come back. */
import type { RichFunction, RuntimeContext } from '../api/runtime-context.js';
import { FlinkError, isFlinkError } from '../core/errors.js';
import { renderValue } from '../serialization/render-value.js';

/** The plain function, or the method `name` bound to its object. */
export function methodOf<F>(fn: unknown, name: string, operator: string): F {
  if (typeof fn === 'function') return fn as F;
  const method = (fn as Record<string, unknown> | null | undefined)?.[name];
  if (typeof method === 'function') return method.bind(fn) as F;
  throw invalidFunction(fn, `a function, or an object with a method '${name}'`, operator);
}

/** Throws INVALID_FUNCTION unless `fn` has all these methods. */
export function checkMethods(fn: unknown, names: readonly string[], operator: string): void {
  for (const name of names) {
    const method = (fn as Record<string, unknown> | null | undefined)?.[name];
    if (typeof method !== 'function') throw invalidFunction(fn, `an object with a method '${name}'`, operator);
  }
}

function invalidFunction(fn: unknown, wanted: string, operator: string): FlinkError {
  return new FlinkError('INVALID_FUNCTION', `operator '${operator}' got ${renderValue(fn)}, but needs ${wanted}`, {
    domain: 'user',
    remedy: `Pass ${wanted}.`,
    details: { operator },
  });
}

/** Life cycle of the user functions of one operator: opened in order, each opened one closed exactly once. */
export class FunctionLifecycle {
  private readonly functions: readonly RichFunction[];
  private readonly toClose: RichFunction[] = [];

  constructor(...functions: readonly unknown[]) {
    this.functions = functions.filter((fn): fn is RichFunction => typeof fn === 'object' && fn !== null);
  }

  async open(context: RuntimeContext): Promise<void> {
    for (const fn of this.functions) {
      this.toClose.push(fn);
      await fn.open?.(context);
    }
  }

  /** Closes all, also when one fails; then throws what the first one threw. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let fn = this.toClose.pop(); fn !== undefined; fn = this.toClose.pop()) {
      try {
        await fn.close?.();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** hot path; call it for objects only. */
export function isThenable(value: object | null): boolean {
  return value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** The error for what a user function threw or rejected with, or that error itself if it names its operator already. */
export function userFunctionFailed(error: unknown, operator: string, record: unknown): FlinkError {
  if (isFlinkError(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const text = renderValue(record);
  return new FlinkError('USER_FUNCTION_FAILED', `operator '${operator}' failed on record ${text}: ${message}`, {
    domain: 'user',
    retry: 'restart',
    cause: error,
    details: { operator, record: text },
  });
}

/** For functions that return nothing: a promise means that errors and order would be lost. */
export function refusePromise(result: unknown, operator: string, record: unknown): void {
  if (typeof result === 'object' && isThenable(result)) throw asyncResult(operator, record);
}

/** The error for a result that is undefined or a promise. */
export function badResult(result: unknown, operator: string, record: unknown): FlinkError {
  return result === undefined ? undefinedResult(operator, record) : asyncResult(operator, record);
}

function undefinedResult(operator: string, record: unknown): FlinkError {
  const text = renderValue(record);
  return new FlinkError('UNDEFINED_RESULT', `operator '${operator}' returned undefined for record ${text}`, {
    domain: 'user',
    remedy: 'Return a value from the function; to drop records use filter or flatMap.',
    details: { operator, record: text },
  });
}

function asyncResult(operator: string, record: unknown): FlinkError {
  const text = renderValue(record);
  return new FlinkError('ASYNC_RESULT', `operator '${operator}' returned a promise for record ${text}`, {
    domain: 'user',
    remedy: 'Functions run synchronously. Do asynchronous work with AsyncDataStream, in a source or in a sink.',
    details: { operator, record: text },
  });
}
