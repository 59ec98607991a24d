/** What each error code means and what to do about it; the source of docs/reference/errors.md. */

export interface ErrorMeaning {
  readonly meaning: string;
  readonly action: string;
}

/** One row a code that src/ throws, no more and no fewer: test/architecture/docs.test.ts compares. */
export const ERROR_CODES: Readonly<Record<string, ErrorMeaning>> = {
  CONFIG_DUPLICATE_KEY: {
    meaning: 'config.yaml sets the same key twice, perhaps once nested and once dotted.',
    action: 'Keep one of the two lines that the message names.',
  },
  CONFIG_FILE_INVALID: {
    meaning: 'config.yaml is not YAML, or not keys with plain values.',
    action: 'Correct the line that the message names.',
  },
  CONFIG_FILE_UNREADABLE: {
    meaning: 'The configuration folder was named, but its config.yaml cannot be read.',
    action: 'Create the file or correct FLINK_CONF_DIR.',
  },
  CONFIG_INVALID_PROPERTY: {
    meaning: 'A -D argument has no key.',
    action: 'Write -Dkey=value.',
  },
  CONFIG_INVALID_VALUE: {
    meaning: 'An option has a value that it cannot have.',
    action: 'Set the value as the message says; docs/reference/config.md lists all options.',
  },
  CONFIG_UNSUPPORTED_KEY: {
    meaning: 'A key asks for a feature that does not exist yet and whose loss would break a guarantee.',
    action: 'Remove the key; docs/ROADMAP.md says what works.',
  },
};
