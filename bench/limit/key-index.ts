/** Gives keys, integers of 31 bits, consecutive indices in order of appearance: open addressing on typed arrays. */

const FIRST_CAPACITY = 1 << 12;
const EMPTY = -1;

export class KeyIndex {
  size = 0;
  /** The key of each index. */
  keys = new Int32Array(FIRST_CAPACITY / 2);
  private slots = new Int32Array(FIRST_CAPACITY).fill(EMPTY);
  private mask = FIRST_CAPACITY - 1;

  /** The index of a key, a new one when it was not seen before. */
  indexOf(key: number): number {
    const { slots, mask, keys } = this;
    let slot = slotOf(key) & mask;
    for (let index = slots[slot] as number; index !== EMPTY; index = slots[slot] as number) {
      if (keys[index] === key) return index;
      slot = (slot + 1) & mask;
    }
    return this.add(key, slot);
  }

  clear(): void {
    this.slots.fill(EMPTY);
    this.size = 0;
  }

  private add(key: number, slot: number): number {
    const index = this.size++;
    this.keys[index] = key;
    this.slots[slot] = index;
    if (this.size === this.keys.length) this.grow();
    return index;
  }

  private grow(): void {
    this.keys = doubled(this.keys);
    this.mask = 2 * this.slots.length - 1;
    this.slots = new Int32Array(2 * this.slots.length).fill(EMPTY);
    for (let index = 0; index < this.size; index++) {
      let slot = slotOf(this.keys[index] as number) & this.mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & this.mask;
      this.slots[slot] = index;
    }
  }
}

function slotOf(key: number): number {
  const hash = Math.imul(key, 0x9e37_79b1);
  return hash ^ (hash >>> 15);
}

/** The same numbers with room for as many more. */
export function doubled<T extends Int32Array | Float64Array>(column: T): T {
  const larger = (column instanceof Int32Array
    ? new Int32Array(2 * column.length)
    : new Float64Array(2 * column.length)) as unknown as T;
  larger.set(column);
  return larger;
}
