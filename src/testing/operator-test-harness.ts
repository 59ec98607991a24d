/**
 * Runs one operator without a task: records, watermarks and processing time come from the test, which sees all that
 * the operator emits. Records are frozen on the way in and out. Mirrors: OneInputStreamOperatorTestHarness and its kin.
 */
import type { Key, KeySelector } from '../api/key.js';
import type { OutputTag } from '../api/output-tag.js';
import type { Erased, OperatorDefinition } from '../api/transformation.js';
import { checkState } from '../core/assert.js';
import { NO_TIMESTAMP } from '../core/time-constants.js';
import { createOperator } from '../operators/operator-registry.js';
import {
  type AnyOperator,
  isTwoInput,
  type OneInputOperator,
  type OperatorContext,
  type OperatorSnapshot,
  type TwoInputOperator,
} from '../operators/stream-operator.js';
import { accumulatorResults } from '../api/job-execution-result.js';
import { keyGroupFor } from '../serialization/key-encoding.js';
import { HeapKeyedStateBackend } from '../state/heap/heap-keyed-state-backend.js';
import type { KeyGroupState } from '../state/keyed-state-backend.js';
import { deepFreeze } from '../taskmanager/task/record-checks.js';
import { userCodeError } from '../taskmanager/task/user-code-error.js';
import { HarnessContext, type HarnessElement, type OutputCapacity } from './harness-context.js';

export type { HarnessElement } from './harness-context.js';

/** State and timers of an operator, as plain data. */
export interface HarnessSnapshot {
  readonly keyedState: readonly KeyGroupState[];
  readonly operator: OperatorSnapshot;
  readonly processingTime: number;
}

export interface HarnessOptions {
  /** Shown in errors. Default `operator`. */
  readonly name?: string;
  /** The key of the records of the first input: makes the operator keyed. */
  readonly keySelector?: KeySelector<Erased, Key>;
  /** The key of the records of the second input. */
  readonly keySelector2?: KeySelector<Erased, Key>;
  readonly maxParallelism?: number;
  /** Milliseconds at which processing time starts. Default 0. */
  readonly processingTime?: number;
  /** Default 200, as in a job. */
  readonly autoWatermarkIntervalMs?: number;
  /** With 'one' the output is full after each record, so that firing timers is interrupted wherever it can be. */
  readonly outputCapacity?: OutputCapacity;
  /** Goes on from here. */
  readonly restoreFrom?: HarnessSnapshot;
}

/** What makes the operator: a definition as the API makes it, or a function. */
export type OperatorUnderTest = OperatorDefinition | ((context: OperatorContext) => AnyOperator);

abstract class OperatorTestHarness<OUT> {
  readonly operator: AnyOperator;
  protected readonly context: HarnessContext;
  private readonly maxParallelism: number;
  private readonly restoreFrom: HarnessSnapshot | undefined;
  private isClosed = false;

  constructor(operator: OperatorUnderTest, options: HarnessOptions) {
    this.maxParallelism = options.maxParallelism ?? 128;
    this.restoreFrom = options.restoreFrom;
    const isKeyed = options.keySelector !== undefined || options.keySelector2 !== undefined;
    this.context = new HarnessContext({
      name: options.name ?? 'operator',
      processingTime: options.restoreFrom?.processingTime ?? options.processingTime ?? 0,
      autoWatermarkIntervalMs: options.autoWatermarkIntervalMs ?? 200,
      maxParallelism: this.maxParallelism,
      outputCapacity: options.outputCapacity ?? 'unbounded',
      keyedState: isKeyed ? new HeapKeyedStateBackend(this.maxParallelism) : undefined,
    });
    this.operator = typeof operator === 'function' ? operator(this.context) : createOperator(operator, this.context);
  }

  /** Restores state, if there is a snapshot, and opens the operator. */
  async open(): Promise<void> {
    if (this.restoreFrom !== undefined) {
      this.context.keyedState?.restoreState(this.restoreFrom.keyedState);
      this.operator.restoreState?.(this.restoreFrom.operator);
    }
    await this.operator.open?.();
    this.context.finishWork();
  }

  processWatermark(timestamp: number): void {
    this.operator.processWatermark(timestamp);
    this.context.finishWork();
  }

  processIdle(isIdle: boolean): void {
    this.operator.processIdle(isIdle);
  }

  /** Moves processing time forward; timers in between fire at their time. */
  setProcessingTime(time: number): void {
    checkState(
      time >= this.context.clock.now(),
      `processing time goes from ${this.context.clock.now()} back to ${time}`,
    );
    this.context.clock.advance(time - this.context.clock.now());
  }

  get processingTime(): number {
    return this.context.clock.now();
  }

  /** Lets promises that the operator may have started run. */
  settle(): Promise<void> {
    return this.context.settle();
  }

  async endInput(): Promise<void> {
    await this.operator.endInput?.();
    this.context.finishWork();
    await this.context.untilReleased();
  }

  async close(aborted = false): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.operator.close?.(aborted);
  }

  /** All that was emitted, in order. */
  get output(): readonly HarnessElement<OUT>[] {
    return this.context.elements as HarnessElement<OUT>[];
  }

  /** Records of the main output. */
  records(): OUT[] {
    return this.output.flatMap((element) => (element.type === 'record' ? [element.value] : []));
  }

  sideOutput<X>(tag: OutputTag<X>): X[] {
    return this.output.flatMap((element) =>
      element.type === 'side' && element.tag === tag.id ? [element.value as X] : [],
    );
  }

  watermarks(): number[] {
    return this.output.flatMap((element) => (element.type === 'watermark' ? [element.timestamp] : []));
  }

  /** Forgets what was emitted so far. */
  clearOutput(): void {
    this.context.elements.length = 0;
  }

  /** Records that the operator sent to the client. */
  get sentToClient(): readonly unknown[] {
    return this.context.sentToClient;
  }

  /** Value of a counter of the operator; 0 if there is no such counter. */
  counter(name: string): number {
    return this.context.metrics.counter(name).count;
  }

  /** Results of the accumulators that the operator's functions added, by name. */
  accumulators(): Readonly<Record<string, unknown>> {
    return accumulatorResults(this.context.accumulators.snapshot('final') ?? {});
  }

  numKeyedStateEntries(): number {
    return this.context.keyedState?.numEntries() ?? 0;
  }

  snapshot(): HarnessSnapshot {
    return {
      keyedState: this.context.userState?.snapshotState() ?? [],
      operator: structuredClone(this.operator.snapshotState?.() ?? {}),
      processingTime: this.processingTime,
    };
  }

  protected run(
    process: (value: unknown, timestamp: number) => void,
    keySelector: KeySelector<Erased, Key> | undefined,
    value: unknown,
    timestamp: number | undefined,
  ): void {
    deepFreeze(value);
    try {
      if (keySelector !== undefined) {
        const key = keySelector(value);
        this.context.keyedState?.setCurrentKey(key, keyGroupFor(key, this.maxParallelism, value));
      }
      process(value, timestamp ?? NO_TIMESTAMP);
    } catch (error) {
      const known = userCodeError(error, this.context.name, value, true);
      throw known.code === 'RECORD_MUTATED' ? known : error;
    }
    this.context.finishWork();
  }
}

export class OneInputOperatorTestHarness<IN = unknown, OUT = unknown> extends OperatorTestHarness<OUT> {
  private readonly keySelector: KeySelector<Erased, Key> | undefined;

  constructor(operator: OperatorUnderTest, options: HarnessOptions = {}) {
    super(operator, options);
    checkState(!isTwoInput(this.operator), 'the operator has two inputs: use TwoInputOperatorTestHarness');
    this.keySelector = options.keySelector;
  }

  processElement(value: IN, timestamp?: number): void {
    const operator = this.operator as OneInputOperator;
    this.run((element, time) => operator.processElement(element, time), this.keySelector, value, timestamp);
  }
}

export class TwoInputOperatorTestHarness<IN1 = unknown, IN2 = unknown, OUT = unknown> extends OperatorTestHarness<OUT> {
  private readonly keySelectors: readonly (KeySelector<Erased, Key> | undefined)[];

  constructor(operator: OperatorUnderTest, options: HarnessOptions = {}) {
    super(operator, options);
    checkState(isTwoInput(this.operator), 'the operator has one input: use OneInputOperatorTestHarness');
    this.keySelectors = [options.keySelector, options.keySelector2];
  }

  processElement1(value: IN1, timestamp?: number): void {
    const operator = this.operator as TwoInputOperator;
    this.run((element, time) => operator.processElement1(element, time), this.keySelectors[0], value, timestamp);
  }

  processElement2(value: IN2, timestamp?: number): void {
    const operator = this.operator as TwoInputOperator;
    this.run((element, time) => operator.processElement2(element, time), this.keySelectors[1], value, timestamp);
  }
}
