/** Windows over one input, of any assigner and trigger: folds the records or lists them. Mirrors: WindowOperator. */
import type { WindowDefinition } from '../../api/transformation.js';
import type { Window } from '../../api/windows/window.js';
import type { Namespace } from '../../state/keyed-state-backend.js';
import type { OneInputOperator, OperatorContext } from '../stream-operator.js';
import { AbstractWindowOperator } from './abstract-window-operator.js';
import { ContentsState } from './window-contents.js';
import { WindowFunctionRunner } from './window-function-runner.js';

export class WindowOperator extends AbstractWindowOperator implements OneInputOperator {
  private readonly contents: ContentsState;
  private readonly runner: WindowFunctionRunner;

  constructor(definition: WindowDefinition, context: OperatorContext) {
    const { contents, fn, lateTag, assigner } = definition;
    super(definition, lateTag, context, contents.kind === 'list' ? undefined : contents.fn, fn);
    this.contents = new ContentsState(contents, this.keyedState, context.name);
    this.runner = new WindowFunctionRunner(fn, context, this.keyedState, this.timers, assigner.isMerging);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.process(value, timestamp);
  }

  protected addToContents(value: unknown): void {
    this.contents.add(value);
  }

  protected fire(window: Window, state: Namespace): void {
    const elements = this.contents.elements();
    if (elements !== undefined) this.runner.fire(window, state, elements);
  }

  protected clearContents(): void {
    this.contents.clear();
  }

  protected mergeContents(target: Namespace, sources: readonly Namespace[]): void {
    this.contents.mergeNamespaces(target, sources);
  }

  protected override clearFunction(window: Window, state: Namespace): void {
    this.runner.clear(window, state);
  }
}
