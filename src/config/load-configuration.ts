/**
 * Finds, reads and checks the configuration: conf/config.yaml first, `-Dkey=value` over it. Wrong values, duplicate keys
 * and unsupported features are refused with file, line and key; unknown keys are kept and warned about.
 * Mirrors: GlobalConfiguration.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlinkError, isFlinkError } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/logger.js';
import type { ConfigOption } from './config-option.js';
import { Configuration } from './configuration.js';
import { nearestKey } from './nearest-key.js';
import { ALL_OPTIONS } from './options.js';
import { unsupportedFeature } from './unsupported-keys.js';
import { parseYamlEntries } from './yaml-entries.js';

export const CONFIG_FILE_NAME = 'config.yaml';
export const CONF_DIR_VARIABLE = 'FLINK_CONF_DIR';

export interface LoadConfigurationOptions {
  /** Folder that holds config.yaml. Without it FLINK_CONF_DIR of `variables` counts; without both only the defaults. */
  readonly confDir?: string;
  /** Environment variables, usually `process.env`. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** `key=value` texts in the order of the command line, without `-D`; the last one of a key wins. */
  readonly dynamicProperties?: readonly string[];
  /** Receives the warnings. */
  readonly log?: Logger;
}

/** A setting and the place where a person wrote it, for messages. */
interface Setting {
  readonly key: string;
  readonly value: string;
  readonly place: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Throws CONFIG_FILE_UNREADABLE, CONFIG_FILE_INVALID, CONFIG_DUPLICATE_KEY, CONFIG_INVALID_VALUE, CONFIG_UNSUPPORTED_KEY
 * or CONFIG_INVALID_PROPERTY.
 */
export function loadConfiguration(options: LoadConfigurationOptions = {}): Configuration {
  const log = options.log ?? silentLogger;
  const confDir = options.confDir ?? options.variables?.[CONF_DIR_VARIABLE];
  const settings = [
    ...(confDir === undefined || confDir === '' ? [] : readSettings(join(confDir, CONFIG_FILE_NAME))),
    ...(options.dynamicProperties ?? []).map(parseDynamicProperty),
  ];
  const known = new Map(ALL_OPTIONS.map((option) => [option.key, option]));
  const values = new Map<string, string>();
  for (const setting of settings) {
    check(setting, known, log);
    values.set(setting.key, setting.value);
  }
  return new Configuration(values);
}

function readSettings(file: string): readonly Setting[] {
  return parseYamlEntries(readText(file), file).map(({ key, value, line }) => ({
    key,
    value,
    place: `${file}, line ${line}`,
    details: { file, line, key },
  }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new FlinkError('CONFIG_FILE_UNREADABLE', `the configuration file ${file} cannot be read: ${reason(cause)}`, {
      domain: 'user',
      cause,
      details: { file },
      remedy: `Create it, or let ${CONF_DIR_VARIABLE} name the folder that holds ${CONFIG_FILE_NAME}.`,
    });
  }
}

function parseDynamicProperty(text: string): Setting {
  const at = text.indexOf('=');
  // `-Dkey` alone means true, as in Flink.
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? 'true' : text.slice(at + 1).trim();
  if (key === '') {
    throw new FlinkError('CONFIG_INVALID_PROPERTY', `-D${text} names no key`, {
      domain: 'user',
      details: { property: text },
      remedy: 'Write -Dkey=value.',
    });
  }
  return { key, value, place: `-D${key}`, details: { key } };
}

function check(setting: Setting, known: ReadonlyMap<string, ConfigOption<unknown>>, log: Logger): void {
  const { key, value, place } = setting;
  const option = known.get(key);
  if (option !== undefined) {
    try {
      option.parse(value);
    } catch (error) {
      throw located(error, setting);
    }
    return;
  }
  const feature = unsupportedFeature(key);
  if (feature !== undefined) {
    throw new FlinkError('CONFIG_UNSUPPORTED_KEY', `${place}: ${key} asks for ${feature}, which is not supported yet`, {
      domain: 'user',
      details: setting.details,
      remedy: 'Remove the key. docs/ROADMAP.md says what works.',
    });
  }
  const nearest = nearestKey(key, known.keys());
  log.warn(`${place}: unknown key ${key}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, { key });
}

function located(error: unknown, { place, details }: Setting): unknown {
  if (!isFlinkError(error)) return error;
  return new FlinkError(error.code, `${place}: ${error.message}`, {
    domain: error.domain,
    retry: error.retry,
    cause: error,
    details: { ...error.details, ...details },
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
