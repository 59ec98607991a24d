/** What has been said about windows so far, and the operator made of it. Mirrors: WindowOperatorBuilder. */
import { FlinkError } from '../core/errors.js';
import type { AggregateFunction } from './functions.js';
import type { OutputTag } from './output-tag.js';
import type { Erased, WindowContents, WindowDefinition, Windowing } from './transformation.js';
import type { Evictor } from './windows/evictor.js';
import type { Trigger } from './windows/trigger.js';
import type { Window } from './windows/window.js';
import type { WindowAssigner } from './windows/window-assigner.js';

export interface WindowSettings<T, W extends Window> {
  readonly assigner: WindowAssigner<T, W>;
  readonly trigger: Trigger<T, W>;
  readonly evictor: Evictor<T, W> | undefined;
  readonly allowedLatenessMs: number;
  readonly lateTag: OutputTag<Erased> | undefined;
}

export function defaultWindowSettings<T, W extends Window>(assigner: WindowAssigner<T, W>): WindowSettings<T, W> {
  return {
    assigner,
    trigger: assigner.getDefaultTrigger(),
    evictor: undefined,
    allowedLatenessMs: 0,
    lateTag: undefined,
  };
}

/** Flink's name of the operator: the assigner's class. */
export function windowOperatorName(settings: WindowSettings<Erased, Erased>): string {
  return settings.assigner.description.replace(/\(.*$/s, '');
}

/** The windowing alone, for windows over two inputs. Throws TRIGGER_CANNOT_MERGE. */
export function windowing(settings: WindowSettings<Erased, Erased>): Windowing {
  const { assigner, trigger, evictor, allowedLatenessMs } = settings;
  if (assigner.isMerging) checkTriggerMerges(settings);
  return { assigner, trigger, evictor, allowedLatenessMs };
}

/** Throws TRIGGER_CANNOT_MERGE or AGGREGATE_CANNOT_MERGE where session windows meet something that cannot. */
export function windowDefinition(
  settings: WindowSettings<Erased, Erased>,
  contents: WindowContents,
  fn?: WindowDefinition['fn'],
): WindowDefinition {
  if (settings.assigner.isMerging) {
    checkTriggerMerges(settings);
    // With an evictor what merges are lists.
    if (settings.evictor === undefined) checkContentsMerge(settings, contents);
  }
  return { kind: 'window', ...settings, contents, fn };
}

function checkTriggerMerges({ assigner, trigger }: WindowSettings<Erased, Erased>): void {
  if (trigger.onMerge === undefined) {
    throw new FlinkError(
      'TRIGGER_CANNOT_MERGE',
      `${assigner.description} merges windows, but the trigger ${trigger.description} cannot`,
      { domain: 'user', remedy: 'Give the trigger an onMerge method, or use windows that do not merge.' },
    );
  }
}

function checkContentsMerge({ assigner }: WindowSettings<Erased, Erased>, contents: WindowContents): void {
  if (
    contents.kind === 'aggregate' &&
    (contents.fn as AggregateFunction<unknown, unknown, unknown>).merge === undefined
  ) {
    throw new FlinkError(
      'AGGREGATE_CANNOT_MERGE',
      `${assigner.description} merges windows, but the aggregate function has no merge method`,
      { domain: 'user', remedy: 'Add merge(a, b) to the aggregate function: it combines two accumulators.' },
    );
  }
}
