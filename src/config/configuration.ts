/** Immutable key-value configuration with typed reads. Mirrors: Configuration. */
import type { ConfigOption } from './config-option.js';

export class Configuration {
  private readonly values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string> | Readonly<Record<string, string>> = {}) {
    this.values = values instanceof Map ? new Map(values) : new Map(Object.entries(values));
  }

  /** The option's value, or its default. Throws CONFIG_INVALID_VALUE when what is set cannot be parsed. */
  get<T>(option: ConfigOption<T>): T {
    const text = this.values.get(option.key);
    return text === undefined ? option.defaultValue : option.parse(text);
  }

  has(option: ConfigOption<unknown>): boolean {
    return this.values.has(option.key);
  }

  getText(key: string): string | undefined {
    return this.values.get(key);
  }

  /** A copy in which the other configuration's keys win. */
  with(other: Configuration | Readonly<Record<string, string>>): Configuration {
    const entries = other instanceof Configuration ? other.values : new Map(Object.entries(other));
    return new Configuration(new Map([...this.values, ...entries]));
  }

  keys(): readonly string[] {
    return [...this.values.keys()].sort();
  }

  /** Plain data, for messages and files. */
  toObject(): Record<string, string> {
    return Object.fromEntries([...this.values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
