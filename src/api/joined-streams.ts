/**
 * Two streams whose records meet where they have a key and a window in common: an inner join,
 * `a.join(b).where(…).equalTo(…).window(…).apply(…)`. Mirrors: JoinedStreams and the classes in it.
 */
import { type Duration, toMillis } from './duration.js';
import type { AnyAssigner, AssignerFor, TimeKind, WindowOf } from './event-time.js';
import type { FlatJoinFunction, JoinFunction, Sync } from './functions.js';
import type { Key, KeySelector } from './key.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, Transformation } from './transformation.js';
import { defaultWindowSettings, type WindowSettings } from './window-definition.js';
import { recordPair, type WindowPair } from './window-pair.js';
import type { Evictor } from './windows/evictor.js';
import type { Trigger } from './windows/trigger.js';
import type { Window } from './windows/window.js';

export class JoinedStreams<A, B, TIME extends TimeKind = TimeKind> {
  private readonly context: StreamContext;
  private readonly first: Transformation;
  private readonly second: Transformation;

  constructor(context: StreamContext, first: Transformation, second: Transformation) {
    this.context = context;
    this.first = first;
    this.second = second;
  }

  /** The key of the first stream's records. */
  where<const K extends Key>(selector: KeySelector<A, K>): JoinedStreamsWhere<A, B, K, TIME> {
    const { context, first, second } = this;
    return {
      equalTo: (other) => ({
        window: (assigner) =>
          new JoinedStreamsWithWindow({
            context,
            first: { transformation: first, keySelector: selector },
            second: { transformation: second, keySelector: other },
            settings: defaultWindowSettings(assigner as Erased),
          }),
      }),
    };
  }
}

/** A join that knows the key of its first stream. */
export interface JoinedStreamsWhere<A, B, K extends Key, TIME extends TimeKind = TimeKind> {
  /** The key of the second stream's records; both keys must have one type. */
  equalTo(selector: KeySelector<B, NoInfer<K>>): JoinedStreamsEqualTo<A, B, TIME>;
}

/** A join that knows both keys, and still needs windows: records of two unbounded streams could wait for ever. */
export interface JoinedStreamsEqualTo<A, B, TIME extends TimeKind = TimeKind> {
  /** The windows of both streams. Windows in event time are refused by the compiler unless both streams have it. */
  window<S extends AnyAssigner<A | B>>(
    assigner: S & AssignerFor<S, TIME>,
  ): JoinedStreamsWithWindow<A, B, WindowOf<S>, TIME>;
}

export class JoinedStreamsWithWindow<A, B, W extends Window, TIME extends TimeKind = TimeKind> {
  private readonly pair: WindowPair<A | B, W>;

  constructor(pair: WindowPair<A | B, W>) {
    this.pair = pair;
  }

  /** Replaces the assigner's default trigger. */
  trigger(trigger: Trigger<A | B, W>): JoinedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ trigger });
  }

  /** Takes records out of a window when it fires; it sees those of both streams in one list, in the order of arrival. */
  evictor(evictor: Evictor<A | B, W>): JoinedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ evictor });
  }

  /** How long after its end (event time) a window still takes late records, and fires again for them. Default 0. */
  allowedLateness(lateness: Duration): JoinedStreamsWithWindow<A, B, W, TIME> {
    return this.with({ allowedLatenessMs: toMillis(lateness, 'allowedLateness') });
  }

  /**
   * Calls the function for each pair of records with the same key and window: it returns one result, or emits any number
   * of them through a third parameter. Results carry the last timestamp of the window.
   */
  apply<OUT>(fn: FlatJoinFunction<A, B, OUT>): SingleOutputStreamOperator<OUT, TIME>;
  apply<OUT>(fn: JoinFunction<A, B, Sync<OUT>>): SingleOutputStreamOperator<OUT, TIME>;
  apply<OUT>(fn: FlatJoinFunction<A, B, OUT> | JoinFunction<A, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    const form = isFlat(fn) ? 'flatJoin' : 'join';
    return this.pair.context.newOperator(recordPair(this.pair, { form, fn } as Erased));
  }

  private with(changes: Partial<WindowSettings<A | B, W>>): JoinedStreamsWithWindow<A, B, W, TIME> {
    return new JoinedStreamsWithWindow({ ...this.pair, settings: { ...this.pair.settings, ...changes } });
  }
}

/** The two forms have one name, as in Flink, and the compiler is gone: what tells them apart is the third parameter. */
function isFlat(fn: FlatJoinFunction<never, never, unknown> | JoinFunction<never, never, unknown>): boolean {
  const join: unknown = typeof fn === 'function' ? fn : (fn as { readonly join?: unknown } | null)?.join;
  return typeof join === 'function' && join.length > 2;
}
