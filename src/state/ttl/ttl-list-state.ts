/** A list of which each element has its own time to live. Mirrors: TtlListState. */
import type { ListState } from '../../api/state.js';
import { listWithoutExpired, type TtlList } from './expiry.js';
import type { TtlAccess } from './ttl-table.js';

const NOTHING: readonly unknown[] = Object.freeze([]);

export class TtlListState implements ListState<unknown> {
  private readonly access: TtlAccess;

  constructor(access: TtlAccess) {
    this.access = access;
  }

  get(): readonly unknown[] {
    const { access } = this;
    const list = access.get<TtlList>();
    if (list === undefined) return NOTHING;
    const all = list.values;
    const now = access.table.now();
    const left = listWithoutExpired(list, now, access.table.config.timeToLiveMs);
    if (left === undefined) access.remove();
    else {
      if (access.refreshesOnRead) left.at.fill(now);
      if (access.refreshesOnRead || left.values !== all) access.put(left, false);
    }
    return access.showsExpired ? all : (left?.values ?? NOTHING);
  }

  add(value: unknown): void {
    this.addAll([value]);
  }

  addAll(values: Iterable<unknown>): void {
    const { access } = this;
    const known = access.get<TtlList>();
    const list = known ?? { values: [], at: [] };
    const now = access.table.now();
    for (const value of values) {
      list.values.push(value);
      list.at.push(now);
    }
    if (list.values.length > 0) access.put(list, known === undefined);
  }

  update(values: readonly unknown[]): void {
    const { access } = this;
    if (values.length === 0) return access.remove();
    const isNew = access.get() === undefined;
    const now = access.table.now();
    access.put({ values: [...values], at: values.map(() => now) }, isNew);
  }

  clear(): void {
    this.access.remove();
  }
}
