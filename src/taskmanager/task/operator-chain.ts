/**
 * Builds what one task runs from its vertex and the bound program: maps and filters become steps of generated functions,
 * the other operators objects, and every edge out of the chain a partition output. Mirrors: OperatorChain.
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
  type StreamOperator,
} from '../../operators/stream-operator.js';
import type { HeapKeyedStateBackend } from '../../state/heap/heap-keyed-state-backend.js';
import { ChainOutput, CheckedOutput } from './chain-output.js';
import type { ChainStep, FunctionStep, OperatorStep } from './chain-step.js';
import { type ChainTarget, fanOut } from './chain-target.js';
import { RecordChecks } from './record-checks.js';
import { operatorContextOf, runtimeContextOf, type TaskContext } from './task-context.js';
import { userCodeError } from './user-code-error.js';

/** Where records come in. */
export interface ChainHead extends ChainTarget {
  /** What a record goes through, per input. */
  readonly operands: readonly (readonly ChainStep[])[];
  /** What is checked of the records that come from a source, or into a head that is a function. */
  readonly checks: RecordChecks | undefined;
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
  /** Counts what functions emit. */
  readonly emitted: Float64Array;

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
    const { metrics } = this.task;
    const produced = (): number => metrics.numRecordsIn;
    metrics.groupOf(source.name).gauge('numRecordsOut', produced);
    const target = fanOut(this.targetsOf(source.id, undefined, produced));
    return { ...target, operands: [], checks: this.checksFor(source) };
  }

  private operatorHead(first: ChainedOperator): ChainHead {
    if (isFunction(first)) {
      const target = this.functionTarget(first, undefined);
      return { ...target, operands: [target.steps], checks: this.checksFor(first) };
    }
    const operator = this.instantiate(first);
    const target = this.targetOf(first, operator);
    const methods = isTwoInput(operator)
      ? (['processElement1', 'processElement2'] as const)
      : (['processElement'] as const);
    const operands = methods.map((method) => [this.stepOf(first, operator, method)]);
    return { ...target, operands, checks: undefined };
  }

  /** What feeds `operator`, which is not the head. `produced` counts the records that come, where somebody does. */
  private entry(operator: ChainedOperator, produced: (() => number) | undefined): ChainTarget {
    if (isFunction(operator)) return this.functionTarget(operator, produced);
    const instance = this.instantiate(operator);
    checkState(!isTwoInput(instance), `operator '${operator.name}' has two inputs and cannot be chained`);
    return this.targetOf(operator, instance);
  }

  private targetOf(operator: ChainedOperator, instance: AnyOperator): ChainTarget {
    return {
      steps: isTwoInput(instance) ? [] : [this.stepOf(operator, instance, 'processElement')],
      watermark: (timestamp) => {
        try {
          instance.processWatermark(timestamp);
        } catch (error) {
          throw userCodeError(error, operator.name, undefined, this.task.checkMode !== 'none');
        }
      },
      idle: (isIdle) => instance.processIdle(isIdle),
    };
  }

  private stepOf(operator: ChainedOperator, instance: AnyOperator, method: OperatorStep['method']): OperatorStep {
    const holds = isCommitting(instance) ? this.task.flow : undefined;
    return { kind: 'operator', name: operator.name, operator: instance, method, holds };
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
    const sides = [...this.sideTagsOf(operator.id)].map((tag) => {
      const target = fanOut(this.targetsOf(operator.id, tag, undefined));
      return [tag, { target, output: this.checkedOutput(target, operator) }] as const;
    });
    const target = fanOut(this.targetsOf(operator.id, undefined, () => main.numRecords));
    const main = this.checkedOutput(target, operator);
    this.task.metrics.groupOf(operator.name).gauge('numRecordsOut', () => main.numRecords);
    return new ChainOutput(target, main, new Map(sides));
  }

  private checkedOutput(target: ChainTarget, operator: ChainedOperator): CheckedOutput {
    return new CheckedOutput(target, this.checksFor(operator), this.emitted);
  }

  private sideTagsOf(from: OperatorId): Set<string> {
    const edges = [
      ...this.task.vertex.operators.flatMap((operator) => operator.inputs),
      ...this.task.vertex.outputs.map((output) => output.edge),
    ];
    const tags = edges.filter((edge) => edge.from === from).map((edge) => edge.sideOutputTag);
    return new Set(tags.filter((tag) => tag !== undefined));
  }

  private targetsOf(
    from: OperatorId,
    tag: string | undefined,
    produced: (() => number) | undefined,
  ): readonly ChainTarget[] {
    const chained = this.task.vertex.operators
      .filter((operator) => operator.inputs.some((edge) => edge.from === from && edge.sideOutputTag === tag))
      .map((operator) => this.entry(operator, produced));
    const partitions = this.task.vertex.outputs
      .filter((output) => output.edge.from === from && output.edge.sideOutputTag === tag)
      .map((output) => this.partitions(output.edge.edgeId));
    return [...chained, ...partitions];
  }

  /** A map or filter is a step without an object; a map emits as many records as it takes, which are counted before it. */
  private functionTarget(operator: ChainedOperator, produced: (() => number) | undefined): ChainTarget {
    const { definition } = this.nodeOf(operator.id);
    checkState(definition.kind === 'map' || definition.kind === 'filter', 'only map and filter are steps');
    const kind = definition.kind as FunctionStep['kind'];
    const index = this.task.vertex.operators.indexOf(operator);
    const counter = kind === 'map' && produced !== undefined ? undefined : index;
    const emits = counter === undefined && produced !== undefined ? produced : () => this.emitted[index] as number;
    this.task.metrics.groupOf(operator.name).gauge('numRecordsOut', emits);
    const target = fanOut(this.targetsOf(operator.id, undefined, emits));
    this.members.push(this.lifecycleOf(operator));
    const { fn } = definition as { readonly fn: unknown };
    const checks = this.checksFor(operator);
    return { ...target, steps: [{ kind, name: operator.name, fn, counter, checks, next: target.steps }] };
  }

  /** A function without an operator object still has its open and close. */
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

function isFunction(operator: ChainedOperator): boolean {
  return operator.kind === 'map' || operator.kind === 'filter';
}
