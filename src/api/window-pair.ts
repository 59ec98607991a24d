/** Two keyed inputs and the windows that they share: what joins and co-groups have said so far. Mirrors: CoGroupedStreams. */
import type { Key, KeySelector } from './key.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, OperatorTransformation, PairFunction, Transformation } from './transformation.js';
import { windowing, windowOperatorName, type WindowSettings } from './window-definition.js';
import type { Window } from './windows/window.js';

export interface PairedInput {
  readonly transformation: Transformation;
  readonly keySelector: KeySelector<Erased, Key>;
}

export interface WindowPair<T, W extends Window> {
  readonly context: StreamContext;
  readonly first: PairedInput;
  readonly second: PairedInput;
  /** Assigner and trigger see the records of both inputs. */
  readonly settings: WindowSettings<T, W>;
}

/** Records the operator. Throws TRIGGER_CANNOT_MERGE. */
export function recordPair(
  { context, first, second, settings }: WindowPair<Erased, Erased>,
  fn: PairFunction,
): OperatorTransformation {
  const { recorder } = context;
  return recorder.operator({
    definition: { kind: 'windowCoGroup', ...windowing(settings), ...fn },
    defaultName: windowOperatorName(settings),
    inputs: [first, second].map(({ transformation, keySelector }) =>
      recorder.partition(transformation, { kind: 'hash', keySelector }),
    ),
    keySelectors: [first.keySelector, second.keySelector],
  });
}
