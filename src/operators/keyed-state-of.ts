/** The keyed state that an operator cannot do without. */
import { FlinkError } from '../core/errors.js';
import type { KeyedStateBackend } from '../state/keyed-state-backend.js';
import type { OperatorContext } from './stream-operator.js';

export function keyedStateOf(context: OperatorContext): KeyedStateBackend {
  if (context.keyedState !== undefined) return context.keyedState;
  throw new FlinkError(
    'KEYED_STATE_ON_NON_KEYED_STREAM',
    `operator '${context.name}' keeps state per key, but its input is not keyed`,
    {
      domain: 'user',
      remedy: 'Call keyBy(...) before this operator.',
      details: { operator: context.name },
    },
  );
}
