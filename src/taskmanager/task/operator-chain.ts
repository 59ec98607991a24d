/**
 * Builds what one task runs from its vertex and the bound program: runs of map and filter become one generated function,
 * the other operators become objects, and every edge out of the chain a partition output. Mirrors: OperatorChain.
 */
import type { Erased } from '../../api/transformation.js';
import type { RichFunction } from '../../api/runtime-context.js';
import { checkNotNull, checkState } from '../../core/assert.js';
import type { OperatorId } from '../../core/ids.js';
import type { ChainedOperator } from '../../graph/job-graph.js';
import type { StreamNode } from '../../graph/stream-graph.js';
import { createOperator } from '../../operators/operator-registry.js';
import {
  type AnyOperator,
  type CommittingOperator,
  isTwoInput,
  type OneInputOperator,
  type StreamOperator,
} from '../../operators/stream-operator.js';
import type { HeapKeyedStateBackend } from '../../state/heap/heap-keyed-state-backend.js';
import { ChainOutput } from './chain-output.js';
import { type ChainTarget, fanOut } from './chain-target.js';
import { type FusedStage, fuse, type Push } from './fused-function.js';
import { RecordChecks } from './record-checks.js';
import { operatorContextOf, runtimeContextOf, type TaskContext } from './task-context.js';
import { userCodeError } from './user-code-error.js';

/** How the head takes records, per operand. */
export interface ChainHead {
  readonly operands: readonly ((value: unknown, timestamp: number) => void)[];
  readonly watermark: (timestamp: number) => void;
  readonly idle: (isIdle: boolean) => void;
  /** For a source, which chooses the records to check itself: what these go through, and its checks. */
  readonly sampled?: { readonly push: (value: unknown, timestamp: number) => void; readonly checks: RecordChecks };
}

export interface ChainMember {
  readonly id: OperatorId;
  readonly node: StreamNode;
  readonly operator: StreamOperator;
}

/** Finds the target of an edge that leaves the chain. */
export type PartitionTargets = (edgeId: string) => ChainTarget;

export class OperatorChain {
  /** Head first; a source head is not among them. */
  readonly members: ChainMember[] = [];
  readonly head: ChainHead;
  private readonly task: TaskContext;
  private readonly partitions: PartitionTargets;
  private readonly keyedState: HeapKeyedStateBackend | undefined;
  private readonly emitted: Float64Array;

  constructor(task: TaskContext, partitions: PartitionTargets, keyedState: HeapKeyedStateBackend | undefined) {
    this.task = task;
    this.partitions = partitions;
    this.keyedState = keyedState;
    this.emitted = new Float64Array(task.vertex.operators.length);
    const first = checkNotNull(task.vertex.operators[0], 'head operator');
    this.head = first.kind === 'source' ? this.sourceHead(first) : this.operatorHead(first);
    this.members.reverse();
  }

  get committers(): readonly (ChainMember & { readonly operator: CommittingOperator })[] {
    return this.members.filter((member): member is ChainMember & { operator: CommittingOperator } =>
      isCommitting(member.operator),
    );
  }

  private sourceHead(source: ChainedOperator): ChainHead {
    const target = fanOut(this.targetsOf(source.id, undefined));
    const checks = this.checksFor(source);
    const { metrics } = this.task;
    metrics.groupOf(source.name).gauge('numRecordsOut', () => metrics.numRecordsIn);
    return {
      operands: [target.push],
      watermark: target.watermark,
      idle: target.idle,
      sampled: { push: (value, timestamp) => target.push(checks.check(value), timestamp), checks },
    };
  }

  private operatorHead(first: ChainedOperator): ChainHead {
    if (isFusable(first)) {
      const entry = this.fusedEntry(first);
      return { operands: [entry.push], watermark: entry.watermark, idle: entry.idle };
    }
    const operator = this.instantiate(first);
    if (!isTwoInput(operator)) {
      const entry = this.guarded(first, operator);
      return { operands: [entry.push], watermark: entry.watermark, idle: entry.idle };
    }
    const wrap = this.wrapper(first);
    return {
      operands: [
        wrap((value, timestamp) => operator.processElement1(value, timestamp)),
        wrap((value, timestamp) => operator.processElement2(value, timestamp)),
      ],
      watermark: wrap((_value, timestamp) => operator.processWatermark(timestamp)).bind(undefined, undefined),
      idle: (isIdle) => operator.processIdle(isIdle),
    };
  }

  /** The target that feeds `operator`, which is not the head. */
  private entry(operator: ChainedOperator): ChainTarget {
    if (isFusable(operator)) return this.fusedEntry(operator);
    const instance = this.instantiate(operator);
    checkState(!isTwoInput(instance), `operator '${operator.name}' has two inputs and cannot be chained`);
    return this.guarded(operator, instance);
  }

  private guarded(operator: ChainedOperator, instance: AnyOperator): ChainTarget {
    checkState(!isTwoInput(instance), `operator '${operator.name}' has two inputs`);
    const one = instance as OneInputOperator;
    const wrap = this.wrapper(operator);
    return {
      push: wrap(this.processElement(one)),
      watermark: wrap((_value, timestamp) => one.processWatermark(timestamp)).bind(undefined, undefined),
      idle: (isIdle) => one.processIdle(isIdle),
    };
  }

  private processElement(operator: OneInputOperator): Push {
    if (!isCommitting(operator)) return (value, timestamp) => operator.processElement(value, timestamp);
    const { flow } = this.task;
    return (value, timestamp) => {
      operator.processElement(value, timestamp);
      if (operator.wantsFlush) flow.isHeld = true;
    };
  }

  /** Names the operator and the record when user code throws. */
  private wrapper(operator: ChainedOperator) {
    const checksRecords = this.task.checkMode !== 'none';
    return (call: (value: unknown, timestamp: number) => void) =>
      (value: unknown, timestamp: number): void => {
        try {
          call(value, timestamp);
        } catch (error) {
          throw userCodeError(error, operator.name, value, checksRecords);
        }
      };
  }

  private instantiate(operator: ChainedOperator): AnyOperator {
    const node = this.nodeOf(operator.id);
    const keyed = node.keySelectors.some((selector) => selector !== undefined);
    const output = this.outputOf(operator);
    const context = operatorContextOf(this.task, node, output, keyed ? this.keyedState : undefined);
    const instance = createOperator(node.definition, context);
    this.members.push({ id: operator.id, node, operator: instance });
    return instance;
  }

  private outputOf(operator: ChainedOperator): ChainOutput {
    const sideTargets = new Map<string, ChainTarget>();
    for (const tag of this.sideTagsOf(operator.id)) sideTargets.set(tag, fanOut(this.targetsOf(operator.id, tag)));
    return new ChainOutput(
      fanOut(this.targetsOf(operator.id, undefined)),
      sideTargets,
      this.checksFor(operator),
      this.task.metrics,
      operator.name,
    );
  }

  private sideTagsOf(from: OperatorId): Set<string> {
    const edges = [
      ...this.task.vertex.operators.flatMap((operator) => operator.inputs),
      ...this.task.vertex.outputs.map((output) => output.edge),
    ];
    const tags = edges.filter((edge) => edge.from === from).map((edge) => edge.sideOutputTag);
    return new Set(tags.filter((tag) => tag !== undefined));
  }

  private targetsOf(from: OperatorId, tag: string | undefined): ChainTarget[] {
    const chained = this.task.vertex.operators
      .filter((operator) => operator.inputs.some((edge) => edge.from === from && edge.sideOutputTag === tag))
      .map((operator) => this.entry(operator));
    const partitions = this.task.vertex.outputs
      .filter((output) => output.edge.from === from && output.edge.sideOutputTag === tag)
      .map((output) => this.partitions(output.edge.edgeId));
    return [...chained, ...partitions];
  }

  private fusedEntry(first: ChainedOperator): ChainTarget {
    const run = this.fusableRun(first);
    const last = checkNotNull(run.at(-1), 'end of a fused run');
    const target = fanOut(this.targetsOf(last.id, undefined));
    const stages = run.map((operator) => this.stageOf(operator));
    for (const operator of [...run].reverse()) this.members.push(this.lifecycleOf(operator));
    this.reportEmitted(stages);
    const fast = fuse(stages, target.push, this.emitted);
    if (this.task.checkMode === 'none') return { ...target, push: fast };
    const checks = run.map((operator) => this.checksFor(operator));
    const checked = fuse(stages, target.push, this.emitted, checks);
    // One count for the run: a sampled record is checked after each of its maps.
    const sampler = this.checksFor(first);
    const runs = [fast, checked] as const;
    const push = (value: unknown, timestamp: number): void => {
      let which: 0 | 1 = 0;
      if (--sampler.untilNext <= 0) {
        sampler.count();
        which = 1;
      }
      // Called through an array, the run is not inlined here but compiled on its own: inside its caller it would share
      // one inlining budget with the source and the sink, and leave some of its functions out.
      runs[which](value, timestamp);
    };
    return { ...target, push };
  }

  /** A map in the middle of a run emits what the stage before it did, which is counted there. */
  private reportEmitted(stages: readonly FusedStage[]): void {
    let counted = 0;
    stages.forEach((stage, i) => {
      if (i === 0 || stage.kind === 'filter') counted = stage.index;
      const index = counted;
      this.task.metrics.groupOf(stage.name).gauge('numRecordsOut', () => this.emitted[index] as number);
    });
  }

  /** The longest run of map and filter from `first` in which each feeds just the next. */
  private fusableRun(first: ChainedOperator): ChainedOperator[] {
    const run = [first];
    for (;;) {
      const last = checkNotNull(run.at(-1), 'end of a fused run');
      const next = this.task.vertex.operators.filter((operator) =>
        operator.inputs.some((edge) => edge.from === last.id),
      );
      const leaves = this.task.vertex.outputs.some((output) => output.edge.from === last.id);
      const [only] = next;
      if (only === undefined || next.length > 1 || leaves || !isFusable(only)) return run;
      run.push(only);
    }
  }

  private stageOf(operator: ChainedOperator): FusedStage {
    const { definition } = this.nodeOf(operator.id);
    checkState(definition.kind === 'map' || definition.kind === 'filter', 'only map and filter are fused');
    return {
      kind: definition.kind as 'map' | 'filter',
      name: operator.name,
      fn: (definition as { fn: unknown }).fn,
      index: this.task.vertex.operators.indexOf(operator),
    };
  }

  /** A fused operator lives on as its function's open and close. */
  private lifecycleOf(operator: ChainedOperator): ChainMember {
    const node = this.nodeOf(operator.id);
    const fn = (node.definition as { fn: Erased }).fn as RichFunction;
    return {
      id: operator.id,
      node,
      operator: {
        open: () => fn.open?.(runtimeContextOf(this.task, node, undefined)),
        close: () => fn.close?.(),
      },
    };
  }

  private checksFor(operator: ChainedOperator): RecordChecks {
    return new RecordChecks(this.task.checkMode, operator.name, this.task.codec);
  }

  private nodeOf(id: OperatorId): StreamNode {
    return checkNotNull(this.task.program.nodeById.get(id), `operator ${id} in the bound program`);
  }
}

function isCommitting<T extends StreamOperator>(operator: T): operator is T & CommittingOperator {
  return 'prepareCommit' in operator;
}

function isFusable(operator: ChainedOperator): boolean {
  return operator.kind === 'map' || operator.kind === 'filter';
}
