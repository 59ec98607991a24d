/**
 * The cells of one state with a time to live. They are an operator's state for the backend, which knows nothing of time;
 * with each access a few keys are looked at, and what is over goes. Mirrors: TtlStateFactory, TtlIncrementalCleanup.
 */
import type { StateTtlConfig } from '../../api/state-ttl-config.js';
import type { Clock } from '../../core/clock.js';
import { type KeyedStateBackend, type OperatorState, type StateCell, VOID_NAMESPACE } from '../keyed-state-backend.js';
import { isExpired, isOfKind, oldestIn, sizeOf, type TtlContent, type TtlStateKind, withoutExpired } from './expiry.js';
import { TtlKeyIndex } from './ttl-key-index.js';
import { contentOfAnotherKind } from './ttl-conflicts.js';

export class TtlTable {
  readonly name: string;
  readonly kind: TtlStateKind;
  readonly config: StateTtlConfig;
  private readonly backend: KeyedStateBackend;
  private readonly clock: Clock;
  /** The backend's own: it must not lead back here. */
  private readonly select: KeyedStateBackend['setCurrentKey'];
  private readonly cells: OperatorState;
  private readonly keyed: StateCell;
  private readonly index: TtlKeyIndex | undefined;
  /** Until then no key needs to be looked at. */
  private nothingIsOverBefore = Number.NEGATIVE_INFINITY;
  private oldestInRound = Number.POSITIVE_INFINITY;
  private roundBegan: number | undefined;

  /** Throws STATE_CONFLICT when what was restored under the name is of another kind. */
  constructor(
    name: string,
    kind: TtlStateKind,
    config: StateTtlConfig,
    backend: KeyedStateBackend,
    select: KeyedStateBackend['setCurrentKey'],
    clock: Clock,
  ) {
    this.name = name;
    this.kind = kind;
    this.config = config;
    this.backend = backend;
    this.select = select;
    this.clock = clock;
    this.cells = backend.getOperatorState(name);
    this.keyed = this.cells.in(VOID_NAMESPACE);
    this.index = config.incrementalCleanup === undefined ? undefined : new TtlKeyIndex();
    this.adoptRestored();
  }

  now(): number {
    return this.clock.now();
  }

  isExpired(at: number): boolean {
    return isExpired(at, this.clock.now(), this.config.timeToLiveMs);
  }

  /** Access at (current key, no namespace), or at (current key, current namespace). */
  access(isNamespaced: boolean): TtlAccess {
    return new TtlAccess(this, isNamespaced ? this.cells : this.keyed, isNamespaced ? undefined : this.index);
  }

  /** Looks at the next few keys, if any can be over; the current one stays what it is. */
  cleanUp(): void {
    const { index } = this;
    if (index === undefined || index.size === 0) return;
    const now = this.clock.now();
    if (now < this.nothingIsOverBefore) return;
    this.roundBegan ??= now;
    this.keepingCurrentKey(() => {
      for (let left = this.config.incrementalCleanup?.cleanupSize ?? 0; left > 0; left--) {
        const next = index.next();
        if (next === undefined) return this.endRound(now);
        this.select(next.key, next.keyGroup);
        if (!this.cleanUpCurrentKey(now)) index.remove(next.key);
      }
    });
  }

  addToIndex(): void {
    this.index?.add(this.backend.currentKey, this.backend.currentKeyGroup);
  }

  removeFromIndex(): void {
    this.index?.remove(this.backend.currentKey);
  }

  /** True when something is left. */
  private cleanUpCurrentKey(now: number): boolean {
    const content = this.keyed.get() as TtlContent | undefined;
    if (content === undefined) return false;
    const size = sizeOf(content);
    const left = withoutExpired(content, now, this.config.timeToLiveMs);
    if (left === undefined) this.keyed.remove();
    else {
      if (sizeOf(left) < size) this.keyed.put(left);
      this.oldestInRound = Math.min(this.oldestInRound, oldestIn(left));
    }
    return left !== undefined;
  }

  /** All keys were looked at. What came since the round began is younger than its beginning. */
  private endRound(now: number): void {
    this.nothingIsOverBefore = Math.min(this.oldestInRound, this.roundBegan ?? now) + this.config.timeToLiveMs;
    this.oldestInRound = Number.POSITIVE_INFINITY;
    this.roundBegan = undefined;
  }

  /** Keys that were restored are found by nobody else. */
  private adoptRestored(): void {
    const cursor = this.cells.keysOf(VOID_NAMESPACE);
    this.keepingCurrentKey(() => {
      for (let isFirst = true; cursor.advance(); isFirst = false) {
        if (isFirst && !isOfKind(this.keyed.get(), this.kind)) throw contentOfAnotherKind(this.name, this.kind);
        this.addToIndex();
      }
    });
  }

  private keepingCurrentKey(run: () => void): void {
    const { backend } = this;
    const keyGroup = backend.currentKeyGroup;
    const key = keyGroup < 0 ? undefined : backend.currentKey;
    run();
    if (key === undefined) backend.clearCurrentKey();
    else this.select(key, keyGroup);
  }
}

/** One way to the cells of a table. Every read runs a bit of cleanup first. */
export class TtlAccess {
  readonly table: TtlTable;
  private readonly cell: StateCell;
  private readonly index: TtlKeyIndex | undefined;

  constructor(table: TtlTable, cell: StateCell, index: TtlKeyIndex | undefined) {
    this.table = table;
    this.cell = cell;
    this.index = index;
  }

  get refreshesOnRead(): boolean {
    return this.table.config.updateType === 'OnReadAndWrite';
  }

  get showsExpired(): boolean {
    return this.table.config.stateVisibility === 'ReturnExpiredIfNotCleanedUp';
  }

  get<T extends TtlContent>(): T | undefined {
    if (this.index !== undefined) this.table.cleanUp();
    return this.cell.get() as T | undefined;
  }

  /** `isNew`: the key had nothing before. */
  put(content: TtlContent, isNew: boolean): void {
    this.cell.put(content);
    if (isNew && this.index !== undefined) this.table.addToIndex();
  }

  remove(): void {
    this.cell.remove();
    if (this.index !== undefined) this.table.removeFromIndex();
  }
}
