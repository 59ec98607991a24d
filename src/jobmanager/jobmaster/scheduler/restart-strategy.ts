/** Whether and when a failed job is started again. Mirrors: RestartBackoffTimeStrategy and its implementations. */
import type { Configuration } from '../../../config/configuration.js';
import { CoreOptions } from '../../../config/options.js';
import { FlinkError, type SerializedError } from '../../../core/errors.js';

export interface RestartStrategy {
  /** For the log and for messages: `fixed delay (3 attempts, 1000 ms apart)`. */
  readonly description: string;
  /** Counts one failure and says how long to wait before the restart; undefined when there shall be none. */
  nextDelayMs(): number | undefined;
}

export class NoRestartStrategy implements RestartStrategy {
  readonly description = 'no restarts';

  nextDelayMs(): undefined {
    return undefined;
  }
}

export class FixedDelayRestartStrategy implements RestartStrategy {
  private readonly attempts: number;
  private readonly delayMs: number;
  private used = 0;

  constructor(attempts: number, delayMs: number) {
    this.attempts = attempts;
    this.delayMs = delayMs;
  }

  get description(): string {
    return `fixed delay (${this.attempts} attempts, ${this.delayMs} ms apart)`;
  }

  nextDelayMs(): number | undefined {
    if (this.used >= this.attempts) return undefined;
    this.used++;
    return this.delayMs;
  }
}

/** Strategies that Flink has and this version does not. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'exponential-delay',
  'exponentialdelay',
  'failure-rate',
  'failurerate',
]);

/** Throws RESTART_STRATEGY_UNSUPPORTED, or CONFIG_INVALID_VALUE for a name that nobody knows. */
export function createRestartStrategy(configuration: Configuration): RestartStrategy {
  const { key } = CoreOptions.restartStrategy;
  const name = configuration.getText(key);
  if (name !== undefined && UNSUPPORTED.has(name.toLowerCase())) {
    throw new FlinkError('RESTART_STRATEGY_UNSUPPORTED', `${key}: '${name}' is not supported`, {
      domain: 'user',
      details: { key, value: name },
      remedy: `Set ${key} to none or fixed-delay.`,
    });
  }
  switch (configuration.get(CoreOptions.restartStrategy)) {
    case 'none':
    case 'disable':
    case 'off':
      return new NoRestartStrategy();
    case 'fixed-delay':
    case 'fixeddelay':
      return new FixedDelayRestartStrategy(
        configuration.get(CoreOptions.fixedDelayAttempts),
        configuration.get(CoreOptions.fixedDelayDelay),
      );
  }
}

/** False when the error, or one of its causes, says that running the same again cannot help. */
export function isRecoverable(error: SerializedError): boolean {
  for (let current: SerializedError | undefined = error; current !== undefined; current = current.cause) {
    if (current.retry === 'never') return false;
  }
  return true;
}
