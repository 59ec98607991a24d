/** How long state lives that nobody touches, and how it goes. Mirrors: StateTtlConfig. */
import { checkArgument } from '../core/assert.js';
import { type Duration, toPositiveMillis } from './duration.js';

/** What gives state its time anew: nothing, creation and writing, or reading as well. */
export type StateTtlUpdateType = 'Disabled' | 'OnCreateAndWrite' | 'OnReadAndWrite';
/** Whether state that is over, but still there, may be read. */
export type StateTtlVisibility = 'ReturnExpiredIfNotCleanedUp' | 'NeverReturnExpired';

export interface IncrementalCleanup {
  /** Keys that are looked at for each access of the state, while any of them can be over. */
  readonly cleanupSize: number;
  /** Also for each record of the operator, whether it uses the state or not. */
  readonly runCleanupForEveryRecord: boolean;
}

const DEFAULT_CLEANUP: IncrementalCleanup = { cleanupSize: 5, runCleanupForEveryRecord: false };

/**
 * The time to live of a state, in processing time: of each value, each element of a list and each entry of a map by
 * itself. Expired state is left out of snapshots, whichever cleanup is chosen. Make one with `StateTtlConfig.newBuilder`.
 */
export class StateTtlConfig {
  static readonly UpdateType = {
    Disabled: 'Disabled',
    OnCreateAndWrite: 'OnCreateAndWrite',
    OnReadAndWrite: 'OnReadAndWrite',
  } as const;
  static readonly StateVisibility = {
    ReturnExpiredIfNotCleanedUp: 'ReturnExpiredIfNotCleanedUp',
    NeverReturnExpired: 'NeverReturnExpired',
  } as const;
  /** State lives for ever. */
  static readonly DISABLED = new StateTtlConfig('Disabled', 'NeverReturnExpired', Number.POSITIVE_INFINITY, undefined);

  readonly updateType: StateTtlUpdateType;
  readonly stateVisibility: StateTtlVisibility;
  /** Milliseconds. */
  readonly timeToLiveMs: number;
  /** undefined: expired state goes when it is read, and with the next restore. */
  readonly incrementalCleanup: IncrementalCleanup | undefined;

  /** @internal */
  constructor(
    updateType: StateTtlUpdateType,
    stateVisibility: StateTtlVisibility,
    timeToLiveMs: number,
    incrementalCleanup: IncrementalCleanup | undefined,
  ) {
    this.updateType = updateType;
    this.stateVisibility = stateVisibility;
    this.timeToLiveMs = timeToLiveMs;
    this.incrementalCleanup = incrementalCleanup;
  }

  /** Throws INVALID_DURATION unless the time is greater than 0. */
  static newBuilder(timeToLive: Duration): StateTtlConfigBuilder {
    return new StateTtlConfigBuilder(timeToLive);
  }

  get isEnabled(): boolean {
    return this.updateType !== 'Disabled';
  }
}

/** Defaults: `OnCreateAndWrite`, `NeverReturnExpired`, and 5 keys looked at for each access. */
export class StateTtlConfigBuilder {
  private updateType: StateTtlUpdateType = 'OnCreateAndWrite';
  private stateVisibility: StateTtlVisibility = 'NeverReturnExpired';
  private cleanup: IncrementalCleanup | undefined = DEFAULT_CLEANUP;
  private readonly timeToLiveMs: number;

  /** @internal */
  constructor(timeToLive: Duration) {
    this.timeToLiveMs = toPositiveMillis(timeToLive, 'timeToLive');
  }

  /** `Disabled`: the state has no time to live. */
  setUpdateType(updateType: StateTtlUpdateType): this {
    this.updateType = updateType;
    return this;
  }

  updateTtlOnCreateAndWrite(): this {
    return this.setUpdateType('OnCreateAndWrite');
  }

  updateTtlOnReadAndWrite(): this {
    return this.setUpdateType('OnReadAndWrite');
  }

  setStateVisibility(stateVisibility: StateTtlVisibility): this {
    this.stateVisibility = stateVisibility;
    return this;
  }

  returnExpiredIfNotCleanedUp(): this {
    return this.setStateVisibility('ReturnExpiredIfNotCleanedUp');
  }

  neverReturnExpired(): this {
    return this.setStateVisibility('NeverReturnExpired');
  }

  /** The only time there is; here for programs that say so. */
  useProcessingTime(): this {
    return this;
  }

  /** Snapshots never contain expired state; here for programs that say so. */
  cleanupFullSnapshot(): this {
    return this;
  }

  /** Looks at this many keys for each access of the state, and for each record if wanted. Throws ILLEGAL_ARGUMENT. */
  cleanupIncrementally(cleanupSize: number, runCleanupForEveryRecord: boolean): this {
    checkArgument(
      Number.isInteger(cleanupSize) && cleanupSize > 0,
      `cleanupSize must be a whole number greater than 0, but is ${cleanupSize}`,
    );
    this.cleanup = { cleanupSize, runCleanupForEveryRecord };
    return this;
  }

  /** Keys that nobody asks for stay until the next restore. */
  disableCleanupInBackground(): this {
    this.cleanup = undefined;
    return this;
  }

  build(): StateTtlConfig {
    return new StateTtlConfig(this.updateType, this.stateVisibility, this.timeToLiveMs, this.cleanup);
  }
}
