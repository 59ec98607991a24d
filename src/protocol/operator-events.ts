/** Events between an enumerator and its readers. Mirrors: RequestSplitEvent, AddSplitEvent, ReportedWatermarkEvent, … */
import type { SourceSplit } from '../api/source.js';

/** From a reader (subtask) to the enumerator. */
export type EventToEnumerator =
  | { readonly type: 'registerReader' }
  | { readonly type: 'requestSplit' }
  | { readonly type: 'sourceEvent'; readonly event: unknown }
  /** How far the reader is; Infinity while it is idle and once it has ended. */
  | { readonly type: 'reportWatermark'; readonly watermark: number }
  /** The subtask failed; splits assigned since its checkpoint come back. */
  | { readonly type: 'subtaskReset'; readonly splits: readonly SourceSplit[] };

/** From the enumerator to a reader. */
export type EventToReader =
  | { readonly type: 'addSplits'; readonly splits: readonly SourceSplit[] }
  | { readonly type: 'noMoreSplits' }
  | { readonly type: 'sourceEvent'; readonly event: unknown }
  /** Beyond this watermark the reader waits for the others of its group. */
  | { readonly type: 'alignWatermark'; readonly maxAllowedWatermark: number };
