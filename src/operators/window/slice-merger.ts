/**
 * Puts the contents of a window together from its slices, key by key. Of few slices, by looking each key of a slice up in
 * the others: what is merged is never stored. Of many that would be too many look-ups for a key that is in few of them.
 */
import { type KeyCursor, NO_KEYS, type OperatorState, type StateCell } from '../../state/keyed-state-backend.js';
import type { WindowFold } from './window-fold.js';

export interface SliceMerger {
  /** Starts on the slices with these starts. */
  begin(slices: readonly number[]): void;
  /** Does a small piece of work. With KEY, `merged` is what the current key has; after DONE nothing is left. */
  advance(): 'KEY' | 'WORKED' | 'DONE';
  readonly merged: unknown;
}

const FEW_SLICES = 16;
/** Slices are merged in some ten microseconds at a stretch. */
const ENTRIES_PER_PIECE = 250;

export function sliceMerger(state: OperatorState, fold: WindowFold, slicesPerWindow: number): SliceMerger {
  return slicesPerWindow <= FEW_SLICES ? new LookingUpMerger(state, fold) : new StoringMerger(state, fold);
}

/** The contents of a slice serve other windows too, so what they are merged into is a copy. */
export function mergeSlice(fold: WindowFold, merged: unknown, slice: unknown): unknown {
  if (slice === undefined) return merged;
  return merged === undefined ? fold.copyOf(slice) : fold.merge(merged, slice);
}

class LookingUpMerger implements SliceMerger {
  merged: unknown;
  private readonly state: OperatorState;
  private readonly fold: WindowFold;
  private starts: readonly number[] = [];
  private slices: StateCell[] = [];
  /** The slice whose keys are walked. */
  private index = -1;
  private keys: KeyCursor = NO_KEYS;

  constructor(state: OperatorState, fold: WindowFold) {
    this.state = state;
    this.fold = fold;
  }

  begin(starts: readonly number[]): void {
    this.starts = starts;
    this.slices = starts.map((start) => this.state.in(start));
    this.index = -1;
    this.keys = NO_KEYS;
  }

  advance(): 'KEY' | 'WORKED' | 'DONE' {
    while (!this.keys.advance()) {
      const start = this.starts[++this.index];
      if (start === undefined) return 'DONE';
      this.keys = this.state.keysOf(start);
    }
    return this.mergeKey() ? 'KEY' : 'WORKED';
  }

  /** False for a key that was merged already, when it was met in an earlier slice. */
  private mergeKey(): boolean {
    const { slices, index, fold } = this;
    for (let i = 0; i < index; i++) if ((slices[i] as StateCell).get() !== undefined) return false;
    let merged = mergeSlice(fold, undefined, this.keys.value);
    for (let i = index + 1; i < slices.length; i++) merged = mergeSlice(fold, merged, (slices[i] as StateCell).get());
    this.merged = merged;
    return true;
  }
}

/** Where slices are merged: empty between two records, and so never in a snapshot. */
const MERGED = 'merged';

class StoringMerger implements SliceMerger {
  private readonly state: OperatorState;
  private readonly fold: WindowFold;
  private readonly target: StateCell;
  /** Starts of the slices that are yet to be merged, the next one last. */
  private unmerged: number[] = [];
  private isMerging = false;
  /** Of a slice, then of the target. */
  private keys: KeyCursor = NO_KEYS;

  constructor(state: OperatorState, fold: WindowFold) {
    this.state = state;
    this.fold = fold;
    this.target = state.in(MERGED);
  }

  get merged(): unknown {
    return this.keys.value;
  }

  begin(starts: readonly number[]): void {
    this.unmerged = starts.toReversed();
    this.isMerging = true;
    this.keys = NO_KEYS;
  }

  advance(): 'KEY' | 'WORKED' | 'DONE' {
    if (this.isMerging) {
      this.mergePiece();
      return 'WORKED';
    }
    if (this.keys.advance()) return 'KEY';
    this.keys = NO_KEYS;
    this.state.drop(MERGED);
    return 'DONE';
  }

  private mergePiece(): void {
    const { target, fold } = this;
    for (let i = 0; i < ENTRIES_PER_PIECE; i++) {
      if (this.keys.advance()) target.put(mergeSlice(fold, target.get(), this.keys.value));
      else if (!this.nextSlice()) return;
    }
  }

  private nextSlice(): boolean {
    const start = this.unmerged.pop();
    this.isMerging = start !== undefined;
    this.keys = this.state.keysOf(start ?? MERGED);
    return this.isMerging;
  }
}
