/** The runtime context of asynchronous functions: their answers come when another key is at work. Mirrors: RichAsyncFunctionRuntimeContext. */
import type { RuntimeContext } from '../../api/runtime-context.js';
import { FlinkError } from '../../core/errors.js';

/** Refuses keyed state with STATE_IN_ASYNC_FUNCTION. */
export function withoutState(context: RuntimeContext, operator: string): RuntimeContext {
  const refuse = (): never => {
    throw new FlinkError(
      'STATE_IN_ASYNC_FUNCTION',
      `the asynchronous function of operator '${operator}' asked for keyed state`,
      {
        domain: 'user',
        remedy: 'Keep state in a keyed process function before or behind the asynchronous one.',
        details: { operator },
      },
    );
  };
  return {
    ...context,
    getState: refuse,
    getListState: refuse,
    getMapState: refuse,
    getReducingState: refuse,
    getAggregatingState: refuse,
  };
}
