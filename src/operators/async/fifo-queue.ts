/** First in, first out, without moving what remains: an array and where it begins. */

/** Below this the array is not worth shortening. */
const MIN_GARBAGE = 64;

export class FifoQueue<T> {
  private items: T[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  peekLast(): T | undefined {
    return this.size === 0 ? undefined : this.items.at(-1);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.head] as T;
    // Nothing is kept alive by its place.
    this.items[this.head++] = undefined as T;
    if (this.head > MIN_GARBAGE && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  toArray(): T[] {
    return this.items.slice(this.head);
  }
}
