/** Counts by key. */
import { doubled, KeyIndex } from './key-index.js';

export class CountTable {
  private readonly index = new KeyIndex();
  private counts = new Int32Array(1 << 12);

  add(key: number, count: number): void {
    const index = this.index.indexOf(key);
    if (index === this.counts.length) this.counts = doubled(this.counts);
    this.counts[index] = (this.counts[index] as number) + count;
  }

  /** Adds all that another table has counted. */
  addAll(other: CountTable): void {
    const { index, counts } = other;
    for (let i = 0; i < index.size; i++) this.add(index.keys[i] as number, counts[i] as number);
  }

  /** Calls for every key with the highest count, and not for an empty table. */
  forEachHighest(visit: (key: number, count: number) => void): void {
    let highest = 0;
    for (let i = 0; i < this.index.size; i++) highest = Math.max(highest, this.counts[i] as number);
    for (let i = 0; i < this.index.size; i++) {
      if (this.counts[i] === highest) visit(this.index.keys[i] as number, highest);
    }
  }

  clear(): void {
    this.counts.fill(0, 0, this.index.size);
    this.index.clear();
  }
}
