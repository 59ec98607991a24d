/** Windows over two inputs with an evictor, which sees the records of both in one list. Mirrors: CoGroupedStreams.WithWindow. */
import type { WindowCoGroupDefinition } from '../../api/transformation.js';
import type { Evictor, TimestampedValue } from '../../api/windows/evictor.js';
import type { Window } from '../../api/windows/window.js';
import type { Namespace } from '../../state/keyed-state-backend.js';
import type { OperatorContext, TwoInputOperator } from '../stream-operator.js';
import { AbstractWindowOperator } from '../window/abstract-window-operator.js';
import { EvictableContents, eventTimeOf } from '../window/evictable-contents.js';
import { type PairFunctionRunner, pairFunctionRunner } from './pair-function-runner.js';

/** Plain data, kept in state: the order of arrival over both inputs is what evictors go by. */
interface SidedValue extends TimestampedValue<unknown> {
  readonly isFirst: boolean;
}

export class EvictingCoGroupOperator extends AbstractWindowOperator implements TwoInputOperator {
  private readonly contents: EvictableContents;
  private readonly runner: PairFunctionRunner;
  /** Where the record at hand came from. */
  private isFirst = true;

  constructor(definition: WindowCoGroupDefinition, evictor: Evictor<unknown, Window>, context: OperatorContext) {
    super(definition, undefined, context, definition.fn);
    this.contents = new EvictableContents(evictor, this.keyedState, this.timers, context);
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

  protected addToContents(value: unknown, timestamp: number): void {
    const element: SidedValue = { value, timestamp: eventTimeOf(timestamp), isFirst: this.isFirst };
    this.contents.add(element);
  }

  protected fire(window: Window, _state: Namespace, contents: Namespace): void {
    const elements = this.contents.beforeFunction(window) as readonly SidedValue[] | undefined;
    if (elements === undefined) return;
    this.runner.run(valuesOf(elements, true), valuesOf(elements, false), window.maxTimestamp());
    this.contents.afterFunction(window, contents);
  }

  protected clearContents(): void {
    this.contents.clear();
  }

  protected mergeContents(target: Namespace, sources: readonly Namespace[]): void {
    this.contents.mergeNamespaces(target, sources);
  }
}

function valuesOf(elements: readonly SidedValue[], isFirst: boolean): readonly unknown[] {
  return elements.filter((element) => element.isFirst === isFirst).map(({ value }) => value);
}
