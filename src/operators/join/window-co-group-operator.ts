/** Windows over two inputs, of any assigner and trigger, also those that merge. Mirrors: CoGroupedStreams.WithWindow. */
import type { WindowCoGroupDefinition } from '../../api/transformation.js';
import type { Window } from '../../api/windows/window.js';
import type { Namespace } from '../../state/keyed-state-backend.js';
import type { OperatorContext, TwoInputOperator } from '../stream-operator.js';
import { AbstractWindowOperator } from '../window/abstract-window-operator.js';
import { type PairFunctionRunner, pairFunctionRunner } from './pair-function-runner.js';
import { PairedContents } from './paired-contents.js';

export class WindowCoGroupOperator extends AbstractWindowOperator implements TwoInputOperator {
  private readonly contents: PairedContents;
  private readonly runner: PairFunctionRunner;
  /** Where the record at hand came from. */
  private isFirst = true;

  constructor(definition: WindowCoGroupDefinition, context: OperatorContext) {
    super(definition, undefined, context, definition.fn);
    this.contents = new PairedContents(this.keyedState);
    this.runner = pairFunctionRunner(definition, context);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.isFirst = true;
    this.process(value, timestamp);
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    this.isFirst = false;
    this.process(value, timestamp);
  }

  protected addToContents(value: unknown): void {
    this.contents.add(value, this.isFirst);
  }

  protected fire(window: Window): void {
    const pair = this.contents.get();
    if (pair !== undefined) this.runner.run(pair.first, pair.second, window.maxTimestamp());
  }

  protected clearContents(): void {
    this.contents.clear();
  }

  protected mergeContents(target: Namespace, sources: readonly Namespace[]): void {
    this.contents.mergeNamespaces(target, sources);
  }
}
