/** The end of a stream: a sink and its settings. Mirrors: DataStreamSink. */
import * as settings from './operator-settings.js';
import type { OperatorTransformation } from './transformation.js';

export class DataStreamSink<T> {
  declare readonly __type?: T;
  /** @internal What was recorded. */
  readonly transformation: OperatorTransformation;

  constructor(transformation: OperatorTransformation) {
    this.transformation = transformation;
  }

  /** Shown in plans, logs and metrics. */
  name(name: string): this {
    settings.setName(this.transformation, name);
    return this;
  }

  /** The address of the sink's state, unique in the job; see SingleOutputStreamOperator.uid. */
  uid(uid: string, former: { readonly was?: readonly string[] } = {}): this {
    settings.setUid(this.transformation, uid, former.was ?? []);
    return this;
  }

  setDescription(description: string): this {
    this.transformation.settings.description = description;
    return this;
  }

  /** Number of parallel writers. Throws INVALID_PARALLELISM unless it is a positive integer. */
  setParallelism(parallelism: number): this {
    settings.setParallelism(this.transformation, parallelism);
    return this;
  }

  setMaxParallelism(maxParallelism: number): this {
    settings.setMaxParallelism(this.transformation, maxParallelism);
    return this;
  }

  disableChaining(): this {
    this.transformation.settings.chaining = 'NEVER';
    return this;
  }

  slotSharingGroup(group: string): this {
    settings.setSlotSharingGroup(this.transformation, group);
    return this;
  }
}
