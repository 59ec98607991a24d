/** One window for all records of a key; fires only through a trigger of its own. Mirrors: GlobalWindows. */
import { NeverTrigger } from './never-trigger.js';
import type { Trigger } from './trigger.js';
import { GlobalWindow } from './window.js';
import type { WindowAssigner } from './window-assigner.js';

const ALL: readonly GlobalWindow[] = [GlobalWindow.instance];

export class GlobalWindows implements WindowAssigner<unknown, GlobalWindow> {
  readonly isEventTime = false;
  readonly isMerging = false;
  readonly description = 'GlobalWindows()';

  private constructor() {}

  static create(): GlobalWindows {
    return new GlobalWindows();
  }

  assignWindows(): readonly GlobalWindow[] {
    return ALL;
  }

  /** Never fires: give the windows a trigger. */
  getDefaultTrigger(): Trigger<unknown, GlobalWindow> {
    return NeverTrigger.create();
  }
}
