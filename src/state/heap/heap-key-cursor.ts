/** Walks the keys of one table and makes each the current one. */
import type { KeyCursor } from '../keyed-state-backend.js';
import { fromMapKey } from '../map-key.js';
import type { NamespaceTable } from './namespace-table.js';
import type { Position } from './position.js';
import type { Segment } from './segment.js';

export class HeapKeyCursor implements KeyCursor {
  private readonly position: Position;
  private readonly segments: readonly Segment[];
  private index = 0;
  private slot = 0;

  constructor(table: NamespaceTable | undefined, position: Position) {
    this.position = position;
    this.segments = table?.segments() ?? [];
  }

  /** hot path */
  advance(): boolean {
    for (; this.index < this.segments.length; this.index++, this.slot = 0) {
      const segment = this.segments[this.index] as Segment;
      while (this.slot < segment.numSlots) {
        const slot = this.slot++;
        const key = segment.keyAt(slot);
        if (key === undefined) continue;
        this.position.select(fromMapKey(key), segment.keyGroupAt(slot));
        return true;
      }
    }
    return false;
  }
}
