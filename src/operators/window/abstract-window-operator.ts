/**
 * Windows of any assigner and trigger, also those that merge. Contents and trigger state are kept per key under the
 * window as namespace, and a timer cleans them up. What the contents are, and what firing does with them, is left to
 * the operators that extend it. Mirrors: WindowOperator.
 */
import type { OutputTag } from '../../api/output-tag.js';
import type { Windowing } from '../../api/transformation.js';
import type { TriggerResult } from '../../api/windows/trigger.js';
import type { TimeWindow, Window } from '../../api/windows/window.js';
import type { WindowAssignerContext } from '../../api/windows/window-assigner.js';
import { FlinkError } from '../../core/errors.js';
import { renderValue } from '../../serialization/render-value.js';
import { InternalTimerService, type TimerTarget } from '../../state/internal-timer-service.js';
import type { KeyedStateBackend, Namespace } from '../../state/keyed-state-backend.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OperatorContext, OperatorSnapshot } from '../stream-operator.js';
import { LateRecords, missingTimestamp } from './late-records.js';
import {
  type MergedWindow,
  type MergeListener,
  type MergingWindow,
  MergingWindowSet,
  windowOf,
} from './merging-window-set.js';
import { type WindowNamespaces, windowNamespaces } from './window-namespace.js';
import { WindowTriggerContext } from './window-trigger-context.js';

export abstract class AbstractWindowOperator extends AbstractOperator implements TimerTarget, MergeListener {
  protected readonly keyedState: KeyedStateBackend;
  protected readonly timers: InternalTimerService;
  private readonly windowing: Windowing;
  private readonly late: LateRecords;
  private readonly namespaces: WindowNamespaces;
  private readonly triggerContext: WindowTriggerContext;
  private readonly assignerContext: WindowAssignerContext;
  private readonly mergingWindows: MergingWindowSet | undefined;

  protected constructor(
    windowing: Windowing,
    lateTag: OutputTag<unknown> | undefined,
    context: OperatorContext,
    ...functions: readonly unknown[]
  ) {
    super(context, ...functions);
    const { assigner } = windowing;
    const keyedState = keyedStateOf(context);
    const timers = new InternalTimerService(keyedState, context, this);
    this.windowing = windowing;
    this.keyedState = keyedState;
    this.timers = timers;
    this.late = new LateRecords(lateTag, context);
    this.namespaces = windowNamespaces(assigner.isMerging ? undefined : assigner.fixedSize?.sizeMs);
    this.triggerContext = new WindowTriggerContext(keyedState, timers);
    this.assignerContext = {
      get currentProcessingTime() {
        return timers.currentProcessingTime();
      },
    };
    if (assigner.isMerging) this.mergingWindows = new MergingWindowSet(keyedState, this);
  }

  /** Adds to the contents at the current key and namespace. */
  protected abstract addToContents(value: unknown, timestamp: number): void;
  /**
   * Runs the function on the contents at the current key and namespace, unless there are none. `state` is the namespace
   * of the window's own state, `contents` the current one: of windows that merge they differ.
   */
  protected abstract fire(window: Window, state: Namespace, contents: Namespace): void;
  /** Drops the contents at the current key and namespace. */
  protected abstract clearContents(): void;
  /** Moves what the current key has under `sources` into `target`. */
  protected abstract mergeContents(target: Namespace, sources: readonly Namespace[]): void;
  override async open(): Promise<void> {
    await super.open();
    this.timers.start();
  }

  override close(aborted: boolean): Promise<void> {
    this.timers.close();
    return super.close(aborted);
  }

  /** Puts a record in its windows. hot path */
  protected process(value: unknown, timestamp: number): void {
    const { assigner } = this.windowing;
    if (assigner.isEventTime && !Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name);
    const windows = assigner.assignWindows(value, timestamp, this.assignerContext);
    let isSkipped = true;
    for (let i = 0; i < windows.length; i++) {
      if (this.addToWindow(windows[i] as Window, value, timestamp)) isSkipped = false;
    }
    if (isSkipped && this.isLate(timestamp)) this.late.take(value, timestamp);
  }

  override processWatermark(timestamp: number): void {
    this.timers.advanceWatermark(timestamp, () => this.output.emitWatermark(timestamp));
  }

  onEventTime(time: number, namespace: Namespace): void {
    this.onTimer(time, namespace, true);
  }

  onProcessingTime(time: number, namespace: Namespace): void {
    this.onTimer(time, namespace, false);
  }

  onMerge(result: MergingWindow, merged: readonly MergedWindow[], sources: readonly Namespace[]): void {
    const { trigger } = this.windowing;
    this.triggerContext.enter(result.namespace);
    this.triggerContext.merged = merged.map(({ namespace }) => namespace);
    trigger.onMerge?.(windowOf(result), this.triggerContext);
    this.triggerContext.merged = [];
    for (const { window, namespace } of merged) {
      this.triggerContext.enter(namespace);
      trigger.clear(window, this.triggerContext);
      this.deleteCleanupTimer(window, namespace);
    }
    if (sources.length > 0) this.mergeContents(result.contents, sources);
  }

  snapshotState(): OperatorSnapshot {
    return { timers: this.timers.snapshotState() };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    if (snapshot.timers !== undefined) this.timers.restoreState(snapshot.timers);
  }

  /** Tells the function that the window goes for good; nothing where functions do not want to know. */
  protected clearFunction(_window: Window, _state: Namespace): void {}

  /** False when the window is gone already. */
  private addToWindow(assigned: Window, value: unknown, timestamp: number): boolean {
    const merging = this.mergingWindows?.add(assigned as TimeWindow);
    const window = merging === undefined ? assigned : windowOf(merging);
    if (this.isWindowLate(window)) {
      if (merging !== undefined) this.mergingWindows?.retire(merging);
      return false;
    }
    const namespace = merging === undefined ? this.namespaces.namespaceOf(window) : merging.namespace;
    const contentsNamespace = merging === undefined ? namespace : merging.contents;
    this.keyedState.setCurrentNamespace(contentsNamespace);
    this.addToContents(value, timestamp);
    this.triggerContext.enter(namespace);
    const result = this.windowing.trigger.onElement(value, timestamp, window, this.triggerContext);
    if (result !== 'CONTINUE') this.act(result, window, namespace, contentsNamespace);
    this.registerCleanupTimer(window, namespace);
    return true;
  }

  private onTimer(time: number, namespace: Namespace, isEventTime: boolean): void {
    const merging = this.mergingWindows?.find(namespace);
    // A timer that the trigger left behind when the window was merged or cleaned up.
    if (merging === undefined && this.mergingWindows !== undefined) return;
    const window = this.namespaces.windowOf(namespace);
    const contentsNamespace = merging === undefined ? namespace : merging.contents;
    const { trigger, assigner } = this.windowing;
    this.triggerContext.enter(namespace);
    const result = isEventTime
      ? trigger.onEventTime(time, window, this.triggerContext)
      : trigger.onProcessingTime(time, window, this.triggerContext);
    if (result !== 'CONTINUE') this.act(result, window, namespace, contentsNamespace);
    if (assigner.isEventTime !== isEventTime || time !== this.cleanupTime(window)) return;
    this.clearWindow(window, namespace, contentsNamespace);
    if (merging !== undefined) this.mergingWindows?.retire(merging);
  }

  private act(result: TriggerResult, window: Window, namespace: Namespace, contentsNamespace: Namespace): void {
    if (result !== 'FIRE' && result !== 'PURGE' && result !== 'FIRE_AND_PURGE') throw this.invalidResult(result);
    this.keyedState.setCurrentNamespace(contentsNamespace);
    if (result !== 'PURGE') this.fire(window, namespace, contentsNamespace);
    if (result !== 'FIRE') {
      this.keyedState.setCurrentNamespace(contentsNamespace);
      this.clearContents();
    }
  }

  private clearWindow(window: Window, namespace: Namespace, contentsNamespace: Namespace): void {
    this.keyedState.setCurrentNamespace(contentsNamespace);
    this.clearContents();
    this.triggerContext.enter(namespace);
    this.windowing.trigger.clear(window, this.triggerContext);
    this.clearFunction(window, namespace);
    this.keyedState.clearNamespace(namespace);
  }

  private invalidResult(result: unknown): FlinkError {
    const { description } = this.windowing.trigger;
    return new FlinkError(
      'INVALID_TRIGGER_RESULT',
      `trigger ${description} of operator '${this.name}' returned ${renderValue(result)}`,
      {
        domain: 'user',
        remedy: "Return 'CONTINUE', 'FIRE', 'PURGE' or 'FIRE_AND_PURGE'.",
        details: { operator: this.name, trigger: description },
      },
    );
  }

  private cleanupTime(window: Window): number {
    const { assigner, allowedLatenessMs } = this.windowing;
    return assigner.isEventTime ? window.maxTimestamp() + allowedLatenessMs : window.maxTimestamp();
  }

  private isWindowLate(window: Window): boolean {
    return this.windowing.assigner.isEventTime && this.cleanupTime(window) <= this.timers.currentWatermark;
  }

  private isLate(timestamp: number): boolean {
    const { assigner, allowedLatenessMs } = this.windowing;
    return assigner.isEventTime && timestamp + allowedLatenessMs <= this.timers.currentWatermark;
  }

  private registerCleanupTimer(window: Window, namespace: Namespace): void {
    const time = this.cleanupTime(window);
    if (time === Number.POSITIVE_INFINITY) return;
    if (this.windowing.assigner.isEventTime) this.timers.registerEventTimeTimer(namespace, time);
    else this.timers.registerProcessingTimeTimer(namespace, time);
  }

  private deleteCleanupTimer(window: Window, namespace: Namespace): void {
    const time = this.cleanupTime(window);
    if (time === Number.POSITIVE_INFINITY) return;
    if (this.windowing.assigner.isEventTime) this.timers.deleteEventTimeTimer(namespace, time);
    else this.timers.deleteProcessingTimeTimer(namespace, time);
  }
}
