/** Walks the keys of one table and makes each the current one. */
import type { KeyCursor } from '../keyed-state-backend.js';
import { fromMapKey } from '../map-key.js';
import type { NamespaceTable } from './namespace-table.js';
import type { Position } from './position.js';
import type { Segment } from './segment.js';

export class HeapKeyCursor implements KeyCursor {
  private readonly position: Position;
  private readonly segments: readonly Segment[];
  private next = 0;
  private segment: Segment | undefined;
  private slot = -1;

  constructor(table: NamespaceTable | undefined, position: Position) {
    this.position = position;
    this.segments = table?.segments() ?? [];
  }

  get value(): unknown {
    return this.slot < 0 ? undefined : this.segment?.valueAt(this.slot);
  }

  /** hot path */
  advance(): boolean {
    let { segment } = this;
    for (;;) {
      const slot = segment === undefined ? -1 : segment.nextEntry(this.slot + 1);
      if (segment !== undefined && slot >= 0) {
        this.slot = slot;
        this.position.select(fromMapKey(segment.keyAt(slot)), segment.keyGroupAt(slot));
        return true;
      }
      if (this.next === this.segments.length) return false;
      segment = this.segments[this.next++];
      this.segment = segment;
      this.slot = -1;
    }
  }
}
