/** Windows with an evictor: keeps every record, and folds what is left when a window fires. Mirrors: EvictingWindowOperator. */
import type { WindowDefinition } from '../../api/transformation.js';
import type { Evictor } from '../../api/windows/evictor.js';
import type { Window } from '../../api/windows/window.js';
import type { Namespace } from '../../state/keyed-state-backend.js';
import type { OneInputOperator, OperatorContext } from '../stream-operator.js';
import { AbstractWindowOperator } from './abstract-window-operator.js';
import { EvictableContents, eventTimeOf } from './evictable-contents.js';
import { type ElementFold, elementFold } from './fold-elements.js';
import { WindowFunctionRunner } from './window-function-runner.js';

export class EvictingWindowOperator extends AbstractWindowOperator implements OneInputOperator {
  private readonly contents: EvictableContents;
  private readonly fold: ElementFold;
  private readonly runner: WindowFunctionRunner;

  constructor(definition: WindowDefinition, evictor: Evictor<unknown, Window>, context: OperatorContext) {
    const { contents, fn, lateTag, assigner } = definition;
    super(definition, lateTag, context, contents.kind === 'list' ? undefined : contents.fn, fn);
    this.contents = new EvictableContents(evictor, this.keyedState, this.timers, context);
    this.fold = elementFold(contents, context.name);
    this.runner = new WindowFunctionRunner(fn, context, this.keyedState, this.timers, assigner.isMerging);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.process(value, timestamp);
  }

  protected addToContents(value: unknown, timestamp: number): void {
    this.contents.add({ value, timestamp: eventTimeOf(timestamp) });
  }

  protected fire(window: Window, state: Namespace, contents: Namespace): void {
    const elements = this.contents.beforeFunction(window);
    if (elements === undefined) return;
    const folded = this.fold(elements.map(({ value }) => value));
    if (folded !== undefined) this.runner.fire(window, state, folded);
    this.contents.afterFunction(window, contents);
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
