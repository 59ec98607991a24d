/** Records what the program builds, in order of the calls, until `execute()` takes it. */
import type { Key, KeySelector } from './key.js';
import type { OutputTag } from './output-tag.js';
import type { Partitioner } from './partitioner.js';
import type {
  Erased,
  OperatorDefinition,
  OperatorSettings,
  OperatorTransformation,
  PartitionTransformation,
  SideOutputTransformation,
  Transformation,
  UnionTransformation,
} from './transformation.js';
import { callSite, formatCallSite } from './call-site.js';

export interface OperatorRecord {
  readonly definition: OperatorDefinition;
  /** Flink's name of the operator, shown unless the user gives one. */
  readonly defaultName: string;
  readonly inputs: readonly Transformation[];
  readonly keySelectors?: readonly (KeySelector<Erased, Key> | undefined)[];
  readonly settings?: OperatorSettings;
}

export class TransformationRecorder {
  private nextId = 1;
  private recorded: OperatorTransformation[] = [];

  operator(record: OperatorRecord): OperatorTransformation {
    const site = callSite();
    const operator: OperatorTransformation = {
      type: 'operator',
      id: this.nextId++,
      definition: record.definition,
      defaultName: record.defaultName,
      inputs: record.inputs,
      keySelectors: record.keySelectors ?? [],
      settings: { ...record.settings },
      createdAt: site === undefined ? undefined : formatCallSite(site),
    };
    // A source runs only if something reads it, so it is reached through its reader.
    if (operator.inputs.length > 0) this.recorded.push(operator);
    return operator;
  }

  partition(input: Transformation, partitioner: Partitioner): PartitionTransformation {
    return { type: 'partition', id: this.nextId++, input, partitioner };
  }

  union(inputs: readonly Transformation[]): UnionTransformation {
    return { type: 'union', id: this.nextId++, inputs };
  }

  sideOutput(input: Transformation, tag: OutputTag<Erased>): SideOutputTransformation {
    return { type: 'sideOutput', id: this.nextId++, input, tag };
  }

  /** Hands over what was recorded since the last call. */
  take(): readonly OperatorTransformation[] {
    const taken = this.recorded;
    this.recorded = [];
    return taken;
  }
}
