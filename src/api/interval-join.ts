/**
 * Two keyed streams whose records meet where their times are near each other:
 * `a.intervalJoin(b).between(lower, upper).process(…)`. Mirrors: KeyedStream.IntervalJoin, KeyedStream.IntervalJoined.
 */
import { FlinkError } from '../core/errors.js';
import { type Duration, toSignedMillis } from './duration.js';
import { toProcessJoinFunction } from './function-adapters.js';
import type { ProcessJoinFunction, ProcessJoinLambda } from './functions.js';
import type { Key, KeySelector } from './key.js';
import type { OutputTag } from './output-tag.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, Transformation } from './transformation.js';

interface KeyedInput {
  readonly transformation: Transformation;
  readonly keySelector: KeySelector<Erased, Key>;
}

/** Two keyed streams that still need an interval. */
export class IntervalJoin<A, B> {
  private readonly context: StreamContext;
  private readonly left: KeyedInput;
  private readonly right: KeyedInput;

  constructor(context: StreamContext, left: KeyedInput, right: KeyedInput) {
    this.context = context;
    this.left = left;
    this.right = right;
  }

  /**
   * A record of this stream at time t meets those of the other stream at `t + lowerBound` to `t + upperBound`, both
   * included. Bounds may be negative: `between('-5 min', 0)` looks back. Throws INVALID_INTERVAL when the lower bound is
   * above the upper one, INVALID_DURATION when one is no duration.
   */
  between(lowerBound: Duration, upperBound: Duration): IntervalJoined<A, B> {
    const lowerMs = toSignedMillis(lowerBound, 'lower bound of the interval');
    const upperMs = toSignedMillis(upperBound, 'upper bound of the interval');
    if (lowerMs > upperMs)
      throw invalidInterval(`the lower bound ${lowerMs} ms is above the upper bound ${upperMs} ms`);
    return new IntervalJoined(this.context, this.left, this.right, {
      lowerMs,
      upperMs,
      leftLateTag: undefined,
      rightLateTag: undefined,
    });
  }
}

interface IntervalSettings {
  /** Both included. */
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly leftLateTag: OutputTag<Erased> | undefined;
  readonly rightLateTag: OutputTag<Erased> | undefined;
}

/** An interval join that needs its function; each call returns a new description. */
export class IntervalJoined<A, B> {
  private readonly context: StreamContext;
  private readonly left: KeyedInput;
  private readonly right: KeyedInput;
  private readonly settings: IntervalSettings;
  private readonly excludes: { readonly lower: boolean; readonly upper: boolean };

  constructor(
    context: StreamContext,
    left: KeyedInput,
    right: KeyedInput,
    settings: IntervalSettings,
    excludes = { lower: false, upper: false },
  ) {
    this.context = context;
    this.left = left;
    this.right = right;
    this.settings = settings;
    this.excludes = excludes;
  }

  /** Leaves records at exactly the lower bound out. */
  lowerBoundExclusive(): IntervalJoined<A, B> {
    return this.with({}, { lower: true });
  }

  /** Leaves records at exactly the upper bound out. */
  upperBoundExclusive(): IntervalJoined<A, B> {
    return this.with({}, { upper: true });
  }

  /** Sends records of this stream that are behind the watermark to a side output instead of dropping them. */
  sideOutputLeftLateData(tag: OutputTag<A>): IntervalJoined<A, B> {
    return this.with({ leftLateTag: tag });
  }

  /** Sends records of the other stream that are behind the watermark to a side output instead of dropping them. */
  sideOutputRightLateData(tag: OutputTag<B>): IntervalJoined<A, B> {
    return this.with({ rightLateTag: tag });
  }

  /**
   * Calls the function for each pair of records of one key whose times meet, as soon as both are there. Results carry the
   * later time of the two. Throws INVALID_INTERVAL when the bounds, being exclusive, leave no time between them.
   */
  process<OUT>(
    fn: ProcessJoinLambda<A, B, OUT> | ProcessJoinFunction<A, B, OUT>,
  ): SingleOutputStreamOperator<OUT, 'event-time'> {
    const { context, left, right, settings, excludes } = this;
    // Time is in whole milliseconds, so every interval can be written with its bounds included.
    const lowerMs = settings.lowerMs + (excludes.lower ? 1 : 0);
    const upperMs = settings.upperMs - (excludes.upper ? 1 : 0);
    if (lowerMs > upperMs)
      throw invalidInterval(`no time is between ${settings.lowerMs} ms and ${settings.upperMs} ms, bounds excluded`);
    return context.newOperator(
      context.recorder.operator({
        definition: { kind: 'intervalJoin', ...settings, lowerMs, upperMs, fn: toProcessJoinFunction(fn) },
        defaultName: 'Interval Join',
        inputs: [left.transformation, right.transformation],
        keySelectors: [left.keySelector, right.keySelector],
      }),
    );
  }

  private with(
    settings: Partial<IntervalSettings>,
    excludes: Partial<IntervalJoined<A, B>['excludes']> = {},
  ): IntervalJoined<A, B> {
    return new IntervalJoined(
      this.context,
      this.left,
      this.right,
      { ...this.settings, ...settings },
      { ...this.excludes, ...excludes },
    );
  }
}

function invalidInterval(problem: string): FlinkError {
  return new FlinkError('INVALID_INTERVAL', `an interval join can find nothing: ${problem}`, {
    domain: 'user',
    remedy:
      "Give the lower bound first, e.g. between('-5 min', '10 s'): both are relative to records of the left stream.",
  });
}
