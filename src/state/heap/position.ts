/**
 * Where an operator is now: its current key, in the forms in which tables look it up, and namespace. One object a
 * backend, written once per record, so that a key is examined and hashed once however many states are read.
 */
import type { Key } from '../../api/key.js';
import { type Namespace, VOID_NAMESPACE } from '../keyed-state-backend.js';
import { type MapKey, toMapKey } from '../map-key.js';

/** A number that fits 32 bits, but not NO_INT. */
export const INT_KEY = 0;
/** Any other number. */
export const DOUBLE_KEY = 1;
/** No number. */
export const OTHER_KEY = 2;

/** Marks empty cells in tables of 32-bit keys; as a key it counts among the other numbers. */
export const NO_INT = -0x8000_0000;

const doubleBits = new Float64Array(1);
const doubleWords = new Int32Array(doubleBits.buffer);

export class Position {
  /** -1 while there is no current key; then no table finds anything. */
  keyGroup = -1;
  namespace: Namespace = VOID_NAMESPACE;
  /** Another one whenever the namespace is another: cheaper to compare. */
  namespaceVersion = 0;
  /** The key as it was given. */
  key: Key = '';
  mapKey: MapKey = Number.NaN;
  kind: number = OTHER_KEY;
  /** The key if its kind is INT_KEY. */
  int = 0;
  /** The key if it is a number. Starts with a fraction, so that V8 keeps the field as a double. */
  double = 0.5;
  /** 32 bits that tables spread over their slots; 0 for keys that are no numbers. */
  hash = 0;

  /** hot path */
  select(key: Key, keyGroup: number): void {
    this.key = key;
    this.keyGroup = keyGroup;
    if (typeof key === 'number') {
      this.selectNumber(key);
    } else {
      this.mapKey = toMapKey(key);
      this.kind = OTHER_KEY;
      this.hash = 0;
    }
  }

  /** hot path */
  enter(namespace: Namespace): void {
    if (namespace === this.namespace) return;
    this.namespace = namespace;
    this.namespaceVersion++;
  }

  /** A key out of a table. */
  selectStored(key: MapKey, keyGroup: number): void {
    this.keyGroup = keyGroup;
    if (typeof key === 'number') {
      this.selectNumber(key);
    } else {
      this.mapKey = key;
      this.kind = OTHER_KEY;
      this.hash = 0;
    }
  }

  clear(): void {
    this.keyGroup = -1;
    this.kind = OTHER_KEY;
    this.mapKey = Number.NaN;
    this.hash = 0;
  }

  private selectNumber(key: number): void {
    const int = key | 0;
    this.mapKey = key;
    if (int === key && int !== NO_INT) {
      this.kind = INT_KEY;
      this.int = int;
      this.double = int;
      this.hash = int;
    } else {
      this.kind = DOUBLE_KEY;
      this.double = key;
      this.hash = hashDouble(key);
    }
  }
}

/** As `Position.hash`, for a number out of a table. */
export function hashNumber(key: number): number {
  const int = key | 0;
  return int === key && int !== NO_INT ? int : hashDouble(key);
}

function hashDouble(key: number): number {
  doubleBits[0] = key;
  const mixed = Math.imul((doubleWords[0] as number) ^ Math.imul(doubleWords[1] as number, 0x85eb_ca6b), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 15);
}
