/** What happens after a failure, for `env.setRestartStrategy`. Mirrors: RestartStrategies. */
import { checkArgument } from '../core/assert.js';
import { CoreOptions } from '../config/options.js';
import { type Duration, toMillis } from './duration.js';

/** Options of a restart strategy, as in config.yaml. */
export type RestartStrategy = Readonly<Record<string, string>>;

export const RestartStrategies = {
  /** The job fails with its first failure. */
  noRestart(): RestartStrategy {
    return { [CoreOptions.restartStrategy.key]: 'none' };
  },

  /** Restarts up to `attempts` times, each after `delay`; then the job fails. */
  fixedDelayRestart(attempts: number, delay: Duration): RestartStrategy {
    checkArgument(
      Number.isInteger(attempts) && attempts >= 0,
      `restart attempts must be 0 or more, but are ${attempts}`,
    );
    return {
      [CoreOptions.restartStrategy.key]: 'fixed-delay',
      [CoreOptions.fixedDelayAttempts.key]: String(attempts),
      [CoreOptions.fixedDelayDelay.key]: `${toMillis(delay, 'restart delay')} ms`,
    };
  },
} as const;
