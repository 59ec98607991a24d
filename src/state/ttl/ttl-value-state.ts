/** One value with a time to live, and what states that fold into one value share with it. Mirrors: TtlValueState. */
import type { ValueState } from '../../api/state.js';
import type { TtlValue } from './expiry.js';
import type { TtlAccess } from './ttl-table.js';

/** The value of the current key, as far as its time is not over. */
export class TtlSingleValue {
  private readonly access: TtlAccess;

  constructor(access: TtlAccess) {
    this.access = access;
  }

  /** For users: may give what is over, once. */
  read(): unknown {
    const { access } = this;
    const content = access.get<TtlValue>();
    if (content === undefined) return undefined;
    if (access.table.isExpired(content.at)) {
      access.remove();
      return access.showsExpired ? content.value : undefined;
    }
    if (access.refreshesOnRead) {
      content.at = access.table.now();
      access.put(content, false);
    }
    return content.value;
  }

  /** For what is folded further: what is over counts for nothing. `undefined` removes. */
  change(fold: (before: unknown) => unknown): void {
    const { access } = this;
    const content = access.get<TtlValue>();
    const isAlive = content !== undefined && !access.table.isExpired(content.at);
    const value = fold(isAlive ? content.value : undefined);
    if (value === undefined) access.remove();
    else access.put({ value, at: access.table.now() }, content === undefined);
  }

  clear(): void {
    this.access.remove();
  }
}

export class TtlValueState implements ValueState<unknown> {
  private readonly single: TtlSingleValue;
  private readonly defaultValue: unknown;

  constructor(access: TtlAccess, defaultValue: unknown) {
    this.single = new TtlSingleValue(access);
    this.defaultValue = defaultValue;
  }

  value(): unknown {
    const value = this.single.read();
    return value === undefined ? this.defaultValue : value;
  }

  update(value: unknown): void {
    this.single.change(() => value);
  }

  clear(): void {
    this.single.clear();
  }
}
