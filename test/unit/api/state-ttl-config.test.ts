import { expect } from 'chai';
import { StateTtlConfig, valueState } from '../../../src/index.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';

describe('StateTtlConfig', () => {
  it('has the defaults of Flink', () => {
    expect({ ...StateTtlConfig.newBuilder('1 h').build() }).to.deep.equal({
      updateType: StateTtlConfig.UpdateType.OnCreateAndWrite,
      stateVisibility: StateTtlConfig.StateVisibility.NeverReturnExpired,
      timeToLiveMs: 3_600_000,
      incrementalCleanup: { cleanupSize: 5, runCleanupForEveryRecord: false },
    });
  });

  it('takes what the program says, in either way of saying it', () => {
    const short = StateTtlConfig.newBuilder(1)
      .updateTtlOnReadAndWrite()
      .returnExpiredIfNotCleanedUp()
      .useProcessingTime()
      .cleanupFullSnapshot()
      .cleanupIncrementally(10, true)
      .build();
    const long = StateTtlConfig.newBuilder(1)
      .setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)
      .setStateVisibility(StateTtlConfig.StateVisibility.ReturnExpiredIfNotCleanedUp)
      .cleanupIncrementally(10, true)
      .build();
    expect({ ...short }).to.deep.equal({ ...long });
    expect(StateTtlConfig.newBuilder(1).disableCleanupInBackground().build().incrementalCleanup).to.equal(undefined);
  });

  it('is off when it is disabled', () => {
    expect(StateTtlConfig.DISABLED.isEnabled).to.equal(false);
    expect(StateTtlConfig.newBuilder(1).setUpdateType('Disabled').build().isEnabled).to.equal(false);
  });

  it('refuses times and sizes that are none', () => {
    for (const time of [0, -5]) flinkErrorOf('INVALID_DURATION', () => StateTtlConfig.newBuilder(time));
    for (const size of [0, 1.5]) {
      flinkErrorOf('ILLEGAL_ARGUMENT', () => StateTtlConfig.newBuilder(1).cleanupIncrementally(size, false));
    }
  });

  it('is given to a descriptor, which stays itself', () => {
    const descriptor = valueState('v', 5);
    expect(descriptor.ttlConfig).to.equal(undefined);
    const config = StateTtlConfig.newBuilder(1).build();
    expect(descriptor.enableTimeToLive(config)).to.equal(descriptor);
    expect(descriptor.ttlConfig).to.equal(config);
  });
});
