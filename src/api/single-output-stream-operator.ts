/** The stream that an operator emits, with the operator's settings. Mirrors: SingleOutputStreamOperator. */
import { DataStream } from './data-stream.js';
import type { TimeKind } from './event-time.js';
import * as settings from './operator-settings.js';
import type { OutputTag } from './output-tag.js';
import type { StreamContext } from './stream-context.js';
import type { OperatorTransformation } from './transformation.js';

export class SingleOutputStreamOperator<T, TIME extends TimeKind = TimeKind> extends DataStream<T, TIME> {
  private readonly operator: OperatorTransformation;

  constructor(context: StreamContext, operator: OperatorTransformation) {
    super(context, operator);
    this.operator = operator;
  }

  /** Shown in plans, logs and metrics. */
  name(name: string): this {
    settings.setName(this.operator, name);
    return this;
  }

  /**
   * The address of the operator's state, unique in the job: give one to every operator with state, and keep it. A renamed
   * operator finds its state through the uids it had: `uid('new', { was: ['old'] })`.
   */
  uid(uid: string, former: { readonly was?: readonly string[] } = {}): this {
    settings.setUid(this.operator, uid, former.was ?? []);
    return this;
  }

  /** A longer text for plans. */
  setDescription(description: string): this {
    this.operator.settings.description = description;
    return this;
  }

  /** Number of parallel subtasks. Throws INVALID_PARALLELISM unless it is a positive integer. */
  setParallelism(parallelism: number): this {
    settings.setParallelism(this.operator, parallelism);
    return this;
  }

  /** Upper bound of the parallelism, and the number of key groups: 1 to 32768; fixed once there is state. */
  setMaxParallelism(maxParallelism: number): this {
    settings.setMaxParallelism(this.operator, maxParallelism);
    return this;
  }

  /** Never chains the operator with others. */
  disableChaining(): this {
    this.operator.settings.chaining = 'NEVER';
    return this;
  }

  /** Begins a chain with the operator: it may be chained to those after it only. */
  startNewChain(): this {
    this.operator.settings.chaining = 'HEAD';
    return this;
  }

  /** Operators of different groups never share a slot. Without a call: the group of the inputs, or `default`. */
  slotSharingGroup(group: string): this {
    settings.setSlotSharingGroup(this.operator, group);
    return this;
  }

  /** What the operator's function emitted with `context.output(tag, …)`, or the late records of a window. */
  getSideOutput<X>(tag: OutputTag<X>): DataStream<X, TIME> {
    return new DataStream(this.context, this.context.recorder.sideOutput(this.operator, tag));
  }
}
