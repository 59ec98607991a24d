/** Processing-time callbacks of all tasks of a slot, fired by the slot's loop between records. */

interface Entry {
  readonly time: number;
  readonly sequence: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A binary heap by time, then by order of registration. */
export class SlotTimers {
  private readonly heap: Entry[] = [];
  private sequence = 0;

  /** Registers `callback` for wall-clock `time` in ms; answers how to cancel it. */
  schedule(time: number, callback: () => void): () => void {
    const entry: Entry = { time, sequence: this.sequence++, callback, cancelled: false };
    this.heap.push(entry);
    this.siftUp(this.heap.length - 1);
    return () => {
      entry.cancelled = true;
    };
  }

  /** When the next callback is due; Infinity when there is none. */
  nextTime(): number {
    while (this.heap[0]?.cancelled === true) this.pop();
    return this.heap[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  /** Runs what is due at `now`. */
  fireDue(now: number): void {
    while (this.nextTime() <= now) this.pop()?.callback();
  }

  private pop(): Entry | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (this.heap.length > 0 && last !== undefined) {
      this.heap[0] = last;
      this.siftDown(0);
    }
    return top;
  }

  private siftUp(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private siftDown(start: number): void {
    let at = start;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.heap.length && this.isBefore(child, least)) least = child;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const x = this.heap[a] as Entry;
    const y = this.heap[b] as Entry;
    return x.time < y.time || (x.time === y.time && x.sequence < y.sequence);
  }

  private swap(a: number, b: number): void {
    const x = this.heap[a] as Entry;
    this.heap[a] = this.heap[b] as Entry;
    this.heap[b] = x;
  }
}
