/**
 * Arrays of tables that went, cleared and ready for the next: windows make and drop tables all the time, and every array
 * outside the heap costs the garbage collector a visit. Keeps a bounded amount; the rest goes back to the system.
 */
import { NO_INT } from './position.js';

/** Of each kind; a handful of windows with some ten thousand keys each. */
const KEPT_BYTES = 8 << 20;
/** Shorter ones are made as fast as they are found. */
const SHORTEST_KEPT = 64;

export class CellPool {
  private readonly ints = new FreeList<Int32Array>((length) => new Int32Array(length).fill(NO_INT));
  private readonly doubles = new FreeList<Float64Array>((length) => new Float64Array(length).fill(Number.NaN));

  /** `length` is a power of two; all cells are NO_INT. */
  takeInts(length: number): Int32Array {
    return this.ints.take(length);
  }

  /** All cells are NaN. */
  takeDoubles(length: number): Float64Array {
    return this.doubles.take(length);
  }

  /** The giver must not use the array any more. */
  giveInts(array: Int32Array): void {
    if (this.ints.hasRoomFor(array)) this.ints.give(array.fill(NO_INT));
  }

  giveDoubles(array: Float64Array): void {
    if (this.doubles.hasRoomFor(array)) this.doubles.give(array.fill(Number.NaN));
  }
}

class FreeList<A extends Int32Array | Float64Array> {
  private readonly byLogLength: A[][] = Array.from({ length: 32 }, () => []);
  private readonly make: (length: number) => A;
  private bytes = 0;

  constructor(make: (length: number) => A) {
    this.make = make;
  }

  take(length: number): A {
    const kept = this.byLogLength[31 - Math.clz32(length)]?.pop();
    if (kept === undefined) return this.make(length);
    this.bytes -= kept.byteLength;
    return kept;
  }

  hasRoomFor(array: A): boolean {
    return array.length >= SHORTEST_KEPT && this.bytes + array.byteLength <= KEPT_BYTES;
  }

  give(array: A): void {
    this.bytes += array.byteLength;
    this.byLogLength[31 - Math.clz32(array.length)]?.push(array);
  }
}
