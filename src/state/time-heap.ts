/** Binary min-heap of times. Holds plain numbers only, so that V8 keeps it as unboxed doubles. */

export class TimeHeap {
  private readonly times: number[] = [];

  get size(): number {
    return this.times.length;
  }

  /** The smallest time; undefined when empty. */
  get first(): number | undefined {
    return this.times[0];
  }

  add(time: number): void {
    const { times } = this;
    let index = times.length;
    times.push(time);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = times[parent] as number;
      if (above <= time) break;
      times[index] = above;
      index = parent;
    }
    times[index] = time;
  }

  removeFirst(): void {
    const { times } = this;
    const last = times.pop();
    if (last === undefined || times.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= times.length) break;
      if (child + 1 < times.length && (times[child + 1] as number) < (times[child] as number)) child++;
      const below = times[child] as number;
      if (below >= last) break;
      times[index] = below;
      index = child;
    }
    times[index] = last;
  }

  /** Replaces the content. */
  rebuild(times: Iterable<number>): void {
    this.times.length = 0;
    for (const time of times) this.add(time);
  }
}
