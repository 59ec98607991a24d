/**
 * All values of one state in one namespace. One segment while it is small; a large table has a directory of segments,
 * by key group first and then by bits of the hash, so that each grows, widens and splits on its own.
 *
 *   directory   2^bits places a key group: (key group - first) << bits | bits of the hash; neighbouring places
 *               share a segment until it has to be split
 */
import { checkState } from '../../core/assert.js';
import { FlinkError } from '../../core/errors.js';
import type { KeyGroupRange } from '../../serialization/key-encoding.js';
import type { CellPool } from './cell-pool.js';
import { Position } from './position.js';
import { entriesFor, FEWEST_SLOTS, type Segment, type SegmentScope } from './segment.js';
import { kindFor, newSegment, type SegmentKind } from './segment-kind.js';

/** What the tables of a state have in common, and learn from each other. */
export interface TableSettings {
  readonly name: string;
  readonly range: KeyGroupRange;
  readonly pool: CellPool;
  /** Of a segment, unless it cannot be divided. */
  readonly maxSlots: number;
  /** The widest kind that was needed so far. */
  kind: SegmentKind;
  /** Slots of a new table: a power of two. */
  initialSlots: number;
}

/** 2^32 divided by the golden ratio; another number than those that find a slot in a segment. */
const SPREAD = 0x9e37_79b1;
/** Keys of one key group that have so many bits of their hash in common are no chance: more bits would not divide them. */
const MAX_BITS = 12;

const visited = new Position();

export class NamespaceTable {
  /** Set once the table left its state: whoever cached it has to look again. */
  isDetached = false;
  private readonly settings: TableSettings;
  private sole: Segment | undefined;
  private directory: Segment[] | undefined;
  private bits = 0;

  constructor(settings: TableSettings) {
    this.settings = settings;
  }

  /** The value of the current key. hot path */
  get(position: Position): unknown {
    const segment = this.sole ?? this.segmentOf(position);
    return segment === undefined ? undefined : segment.get(position);
  }

  /** Throws NO_CURRENT_KEY. hot path */
  put(position: Position, value: unknown): void {
    const segment = this.sole ?? this.segmentOf(position);
    if (segment === undefined || !segment.put(position, value)) this.makeRoom(segment, position, value);
  }

  remove(position: Position): boolean {
    const segment = this.sole ?? this.segmentOf(position);
    return segment?.remove(position) ?? false;
  }

  get size(): number {
    let size = 0;
    for (const segment of this.segments()) size += segment.size;
    return size;
  }

  get isEmpty(): boolean {
    return (this.sole === undefined || this.sole.size === 0) && !this.directory?.some(({ size }) => size > 0);
  }

  /** In the order of key groups, as far as segments have one each. */
  segments(): readonly Segment[] {
    if (this.sole !== undefined) return [this.sole];
    return this.directory === undefined ? [] : [...new Set(this.directory)];
  }

  clear(): void {
    for (const segment of this.segments()) segment.release();
    this.sole = undefined;
    this.directory = undefined;
    this.bits = 0;
  }

  /** In a table of many segments. */
  private segmentOf(position: Position): Segment | undefined {
    return this.directory?.[this.placeOf(position)];
  }

  private placeOf({ keyGroup, hash }: Position): number {
    // In two steps, as a shift by 32 would do nothing.
    const bits = (Math.imul(hash, SPREAD) >>> 1) >>> (31 - this.bits);
    return ((keyGroup - this.settings.range.start) << this.bits) | bits;
  }

  /** Puts the value where `segment` could not take it: widens or divides segments until one can. */
  private makeRoom(segment: Segment | undefined, position: Position, value: unknown): void {
    const { name, range } = this.settings;
    if (position.keyGroup < 0) throw noCurrentKey(name);
    checkState(
      position.keyGroup >= range.start && position.keyGroup <= range.end,
      `key group ${position.keyGroup} came to the subtask of key groups ${range.start} to ${range.end}`,
    );
    let target = segment;
    do {
      if (target === undefined) target = this.firstSegment(position, value);
      else if (target.canHold(position, value)) target = this.divide(target, position);
      else target = this.widen(target, position, value);
    } while (!target.put(position, value));
  }

  private firstSegment(position: Position, value: unknown): Segment {
    const { settings } = this;
    const kind = Math.max(settings.kind, kindFor(position, value)) as SegmentKind;
    settings.kind = kind;
    const segment = newSegment(kind, this.scopeOf(0, this.numPlaces), settings.initialSlots, settings.pool);
    segment.to = this.numPlaces;
    this.sole = segment;
    return segment;
  }

  private widen(segment: Segment, position: Position, value: unknown): Segment {
    const { settings } = this;
    const kind = kindFor(position, value);
    settings.kind = Math.max(settings.kind, kind) as SegmentKind;
    const wider = newSegment(kind, segment.scope, segment.numSlots, settings.pool);
    this.replace(segment, segment.from, segment.to, wider);
    forEachEntry(segment, (entry, each) => add(wider, entry, each));
    // Not given back to the pool: somebody may be walking its keys.
    return wider;
  }

  /** Into two halves of the keys; answers the one of the current key. */
  private divide(segment: Segment, position: Position): Segment {
    this.directory ??= new Array<Segment>(this.numPlaces).fill(segment);
    this.sole = undefined;
    if (segment.to - segment.from === 1) this.doubleDirectory();
    const { from, to } = segment;
    const middle = this.middleOf(from, to);
    let below = 0;
    forEachEntry(segment, (entry) => {
      if (this.placeOf(entry) < middle) below++;
    });
    const lower = this.segmentLike(segment, from, middle, below);
    const upper = this.segmentLike(segment, middle, to, segment.size - below);
    this.replace(segment, from, middle, lower);
    this.replace(segment, middle, to, upper);
    forEachEntry(segment, (entry, value) => add(this.placeOf(entry) < middle ? lower : upper, entry, value));
    segment.release();
    return this.placeOf(position) < middle ? lower : upper;
  }

  /** With room for so many entries and some more. */
  private segmentLike(segment: Segment, from: number, to: number, entries: number): Segment {
    const scope = this.scopeOf(from, to);
    let slots = FEWEST_SLOTS;
    while (slots < scope.maxSlots && 3 * entriesFor(slots) < 4 * entries) slots *= 2;
    return segment.makeLike(scope, slots);
  }

  private doubleDirectory(): void {
    const before = this.directory as Segment[];
    for (const segment of new Set(before)) {
      segment.from *= 2;
      segment.to *= 2;
    }
    this.bits++;
    this.directory = before.flatMap((segment) => [segment, segment]);
  }

  private replace(old: Segment, from: number, to: number, segment: Segment): void {
    segment.from = from;
    segment.to = to;
    if (this.sole === old) this.sole = segment;
    else this.directory?.fill(segment, from, to);
  }

  private get numPlaces(): number {
    const { start, end } = this.settings.range;
    return (end - start + 1) << this.bits;
  }

  /** Between key groups if there are several. */
  private middleOf(from: number, to: number): number {
    const { bits } = this;
    return to - from > 1 << bits ? (((from >> bits) + (to >> bits)) >> 1) << bits : (from + to) >> 1;
  }

  private scopeOf(from: number, to: number): SegmentScope {
    const { bits, settings } = this;
    const places = to - from;
    return {
      keyGroup: places > 1 << bits ? -1 : settings.range.start + (from >> bits),
      maxSlots: places === 1 && bits === MAX_BITS ? 1 << 30 : settings.maxSlots,
    };
  }
}

/** `entry` is the same object each time. */
function forEachEntry(segment: Segment, action: (entry: Position, value: unknown) => void): void {
  for (let slot = segment.nextEntry(0); slot >= 0; slot = segment.nextEntry(slot + 1)) {
    visited.selectStored(segment.keyAt(slot), segment.keyGroupAt(slot));
    action(visited, segment.valueAt(slot));
  }
}

function add(segment: Segment, entry: Position, value: unknown): void {
  checkState(segment.put(entry, value), 'an entry does not fit the segment that was made for it');
}

export function noCurrentKey(stateName: string): FlinkError {
  return new FlinkError('NO_CURRENT_KEY', `state '${stateName}' was used where there is no current key`, {
    domain: 'user',
    remedy:
      'Use keyed state while a record of the keyed input or a timer is processed; open() and broadcast records have no key.',
    details: { state: stateName },
  });
}
