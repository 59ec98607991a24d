/** A typed configuration key: name, type, default, description. Mirrors: ConfigOption. */
import { FlinkError } from '../core/errors.js';
import { parseDurationMs } from '../core/duration.js';
import { parseMemorySizeBytes } from '../core/memory-size.js';

export interface ConfigOption<T> {
  readonly key: string;
  /** Flink's type name, printed in the reference: Integer, Boolean, Duration, MemorySize, String, Double, Enum. */
  readonly type: string;
  readonly defaultValue: T;
  /** As written in config.yaml. */
  readonly defaultText: string;
  readonly description: string;
  /** Parses what a person wrote; throws CONFIG_INVALID_VALUE. */
  parse(text: string): T;
}

function invalid(key: string, text: string, expected: string): FlinkError {
  return new FlinkError('CONFIG_INVALID_VALUE', `${key}: '${text}' is not ${expected}`, {
    domain: 'user',
    details: { key, value: text },
    remedy: `Set ${key} to ${expected}.`,
  });
}

export function intOption(key: string, defaultValue: number, description: string, min = 1): ConfigOption<number> {
  return {
    key,
    type: 'Integer',
    defaultValue,
    defaultText: String(defaultValue),
    description,
    parse(text) {
      const value = Number(text);
      if (!Number.isInteger(value) || value < min) throw invalid(key, text, `an integer of at least ${min}`);
      return value;
    },
  };
}

export function booleanOption(key: string, defaultValue: boolean, description: string): ConfigOption<boolean> {
  return {
    key,
    type: 'Boolean',
    defaultValue,
    defaultText: String(defaultValue),
    description,
    parse(text) {
      if (text !== 'true' && text !== 'false') throw invalid(key, text, 'true or false');
      return text === 'true';
    },
  };
}

/** An option of which `false` would have to change something that is not there: it is refused instead of ignored. */
export function onlyTrue(option: ConfigOption<boolean>): ConfigOption<boolean> {
  return {
    ...option,
    parse(text) {
      if (!option.parse(text)) throw invalid(option.key, text, 'true: anything else is not supported');
      return true;
    },
  };
}

export function stringOption(key: string, defaultValue: string, description: string): ConfigOption<string> {
  return { key, type: 'String', defaultValue, defaultText: defaultValue, description, parse: (text) => text };
}

/** Value in milliseconds. Written as `10 s`, `200 ms`, `5 min`. */
export function durationOption(key: string, defaultText: string, description: string): ConfigOption<number> {
  const parse = (text: string): number => {
    const value = parseDurationMs(text);
    if (value === undefined) throw invalid(key, text, "a duration such as '10 s'");
    return value;
  };
  return { key, type: 'Duration', defaultValue: parse(defaultText), defaultText, description, parse };
}

/** Value in bytes. Written as `32kb`, `64m`, `1g`. */
export function memoryOption(key: string, defaultText: string, description: string): ConfigOption<number> {
  const parse = (text: string): number => {
    const value = parseMemorySizeBytes(text);
    if (value === undefined) throw invalid(key, text, "a memory size such as '64m'");
    return value;
  };
  return { key, type: 'MemorySize', defaultValue: parse(defaultText), defaultText, description, parse };
}

export function enumOption<T extends string>(
  key: string,
  values: readonly T[],
  defaultValue: T,
  description: string,
): ConfigOption<T> {
  return {
    key,
    type: 'Enum',
    defaultValue,
    defaultText: defaultValue,
    description: `${description} Possible values: ${values.join(', ')}.`,
    parse(text) {
      const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
      if (found === undefined) throw invalid(key, text, `one of ${values.join(', ')}`);
      return found;
    },
  };
}

/** Pairs written as `key1:value1,key2:value2`; quotes as in Flink, `'a:b':'it''s'`, where a text holds `:` `,` or `'`. */
export function mapOption(key: string, description: string): ConfigOption<Readonly<Record<string, string>>> {
  return {
    key,
    type: 'Map',
    defaultValue: {},
    defaultText: '',
    description,
    parse(text) {
      const pairs = parsePairs(text);
      if (pairs === undefined) throw invalid(key, text, 'a list such as key1:value1,key2:value2');
      return Object.fromEntries(pairs);
    },
  };
}

/** The form that `mapOption` reads. */
export function formatMap(entries: Readonly<Record<string, string>>): string {
  const quoted = (text: string): string => (/[:,']|^\s|\s$|^$/.test(text) ? `'${text.replaceAll("'", "''")}'` : text);
  return Object.entries(entries)
    .map(([key, value]) => `${quoted(key)}:${quoted(value)}`)
    .join(',');
}

const PAIR = /\s*(?:'((?:[^']|'')*)'|([^:,']*?))\s*:\s*(?:'((?:[^']|'')*)'|([^,']*?))\s*(,|$)/y;

function parsePairs(text: string): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  if (text.trim() === '') return pairs;
  PAIR.lastIndex = 0;
  for (let separator = ','; separator === ','; ) {
    const match = PAIR.exec(text);
    if (match === null) return undefined;
    const unquoted = (quoted: string | undefined, plain: string | undefined): string =>
      quoted === undefined ? (plain ?? '') : quoted.replaceAll("''", "'");
    pairs.push([unquoted(match[1], match[2]), unquoted(match[3], match[4])]);
    separator = match[5] ?? '';
  }
  return pairs;
}
