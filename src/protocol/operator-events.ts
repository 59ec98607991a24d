/** Events between an enumerator and its readers. Mirrors: RequestSplitEvent, AddSplitEvent, NoMoreSplitsEvent, … */
import type { SourceSplit } from '../api/source.js';

/** From a reader (subtask) to the enumerator. */
export type EventToEnumerator =
  | { readonly type: 'registerReader' }
  | { readonly type: 'requestSplit' }
  | { readonly type: 'sourceEvent'; readonly event: unknown }
  /** The subtask failed; splits assigned since its checkpoint come back. */
  | { readonly type: 'subtaskReset'; readonly splits: readonly SourceSplit[] };

/** From the enumerator to a reader. */
export type EventToReader =
  | { readonly type: 'addSplits'; readonly splits: readonly SourceSplit[] }
  | { readonly type: 'noMoreSplits' }
  | { readonly type: 'sourceEvent'; readonly event: unknown };
