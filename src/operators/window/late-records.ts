/** What becomes of records that came too late for every window: a side output where there is one, else a count. */
import type { OutputTag } from '../../api/output-tag.js';
import { FlinkError } from '../../core/errors.js';
import { NO_TIMESTAMP } from '../../core/time-constants.js';
import { renderValue } from '../../serialization/render-value.js';
import type { Counter } from '../../api/runtime-context.js';
import type { OperatorContext } from '../stream-operator.js';

export class LateRecords {
  private readonly context: OperatorContext;
  private readonly tag: OutputTag<unknown> | undefined;
  private readonly dropped: Counter;

  constructor(tag: OutputTag<unknown> | undefined, context: OperatorContext) {
    this.tag = tag;
    this.context = context;
    this.dropped = context.metrics.counter('numLateRecordsDropped');
  }

  take(value: unknown, timestamp: number): void {
    if (this.tag === undefined) this.dropped.inc();
    else this.context.output.collectSide(this.tag.id, value, timestamp);
  }
}

/** What event time is needed for, and what to do about it where it is missing. */
interface TimestampUse {
  readonly purpose: string;
  readonly remedy: string;
}

const USED_BY_WINDOWS: TimestampUse = {
  purpose: 'puts records in windows of event time',
  remedy: 'Call assignTimestampsAndWatermarks(...) on a stream before the window, or use windows of processing time.',
};
export const USED_BY_INTERVAL_JOIN: TimestampUse = {
  purpose: 'joins records by event time',
  remedy: 'Call assignTimestampsAndWatermarks(...) on both streams before the join.',
};

/** Nothing there, or the end of time that records of a GlobalWindow carry. */
export function missingTimestamp(
  value: unknown,
  timestamp: number,
  operator: string,
  { purpose, remedy }: TimestampUse = USED_BY_WINDOWS,
): FlinkError {
  const text = renderValue(value);
  const [code, has] =
    timestamp === NO_TIMESTAMP
      ? ['MISSING_TIMESTAMP', 'no timestamp']
      : ['INVALID_TIMESTAMP', `the timestamp ${timestamp}`];
  return new FlinkError(code, `operator '${operator}' ${purpose}, but record ${text} has ${has}`, {
    domain: 'user',
    remedy,
    details: { operator, record: text },
  });
}
