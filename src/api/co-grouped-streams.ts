/**
 * Two streams that are grouped by key and window: `a.coGroup(b).where(…).equalTo(…).window(…).apply(…)`.
 * Mirrors: CoGroupedStreams and the classes in it.
 */
import { type Duration, toMillis } from './duration.js';
import type { AnyAssigner, AssignerFor, TimeKind, WindowOf } from './event-time.js';
import { toCoGroupFunction } from './function-adapters.js';
import type { CoGroupFunction, CoGroupLambda } from './functions.js';
import type { Key, KeySelector } from './key.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, Transformation } from './transformation.js';
import { defaultWindowSettings, type WindowSettings } from './window-definition.js';
import { recordPair, type WindowPair } from './window-pair.js';
import type { Evictor } from './windows/evictor.js';
import type { Trigger } from './windows/trigger.js';
import type { Window } from './windows/window.js';

export class CoGroupedStreams<A, B, TIME extends TimeKind = TimeKind> {
  private readonly context: StreamContext;
  private readonly first: Transformation;
  private readonly second: Transformation;

  constructor(context: StreamContext, first: Transformation, second: Transformation) {
    this.context = context;
    this.first = first;
    this.second = second;
  }

  /** The key of the first stream's records. */
  where<const K extends Key>(selector: KeySelector<A, K>): CoGroupedStreamsWhere<A, B, K, TIME> {
    const { context, first, second } = this;
    return {
      equalTo: (other) => ({
        window: (assigner) =>
          new CoGroupedStreamsWithWindow({
            context,
            first: { transformation: first, keySelector: selector },
            second: { transformation: second, keySelector: other },
            settings: defaultWindowSettings(assigner as Erased),
          }),
      }),
    };
  }
}

/** A co-group that knows the key of its first stream. */
export interface CoGroupedStreamsWhere<A, B, K extends Key, TIME extends TimeKind = TimeKind> {
  /** The key of the second stream's records; both keys must have one type. */
  equalTo(selector: KeySelector<B, NoInfer<K>>): CoGroupedStreamsEqualTo<A, B, TIME>;
}

/** A co-group that knows both keys, and still needs windows. */
export interface CoGroupedStreamsEqualTo<A, B, TIME extends TimeKind = TimeKind> {
  /** The windows of both streams. Windows in event time are refused by the compiler unless both streams have it. */
  window<S extends AnyAssigner<A | B>>(
    assigner: S & AssignerFor<S, TIME>,
  ): CoGroupedStreamsWithWindow<A, B, WindowOf<S>, TIME>;
}

export class CoGroupedStreamsWithWindow<A, B, W extends Window, TIME extends TimeKind = TimeKind> {
  private readonly pair: WindowPair<A | B, W>;

  constructor(pair: WindowPair<A | B, W>) {
    this.pair = pair;
  }

  /** Replaces the assigner's default trigger. */
  trigger(trigger: Trigger<A | B, W>): CoGroupedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ trigger });
  }

  /** Takes records out of a window when it fires; it sees those of both streams in one list, in the order of arrival. */
  evictor(evictor: Evictor<A | B, W>): CoGroupedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ evictor });
  }

  /** How long after its end (event time) a window still takes late records, and fires again for them. Default 0. */
  allowedLateness(lateness: Duration): CoGroupedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ allowedLatenessMs: toMillis(lateness, 'allowedLateness') });
  }

  /**
   * Calls the function for each key and window that has a record of either stream, with the records of both. Results
   * carry the last timestamp of the window.
   */
  apply<OUT>(fn: CoGroupLambda<A, B, OUT> | CoGroupFunction<A, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.pair.context.newOperator(recordPair(this.pair, { form: 'coGroup', fn: toCoGroupFunction(fn) }));
  }

  private with(changes: Partial<WindowSettings<A | B, W>>): CoGroupedStreamsWithWindow<A, B, W, TIME> {
    return new CoGroupedStreamsWithWindow({ ...this.pair, settings: { ...this.pair.settings, ...changes } });
  }
}
