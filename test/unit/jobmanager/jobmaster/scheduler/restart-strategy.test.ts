import { expect } from 'chai';
import { Configuration } from '../../../../../src/config/configuration.js';
import { FlinkError, serializeError } from '../../../../../src/core/errors.js';
import {
  createRestartStrategy,
  isRecoverable,
} from '../../../../../src/jobmanager/jobmaster/scheduler/restart-strategy.js';

describe('restart strategies', () => {
  function strategyOf(configuration: Readonly<Record<string, string>>) {
    return createRestartStrategy(new Configuration(configuration));
  }

  it('none is the default: no restart at all', () => {
    for (const configuration of [{}, { 'restart-strategy.type': 'none' }, { 'restart-strategy.type': 'off' }]) {
      expect(strategyOf(configuration).nextDelayMs()).to.equal(undefined);
    }
  });

  it('fixed-delay restarts once after a second unless told otherwise', () => {
    const strategy = strategyOf({ 'restart-strategy.type': 'fixed-delay' });
    expect([strategy.nextDelayMs(), strategy.nextDelayMs()]).to.deep.equal([1_000, undefined]);
  });

  it('fixed-delay restarts as often as configured', () => {
    const strategy = strategyOf({
      'restart-strategy.type': 'FixedDelay',
      'restart-strategy.fixed-delay.attempts': '3',
      'restart-strategy.fixed-delay.delay': '200 ms',
    });
    const delays = [1, 2, 3, 4].map(() => strategy.nextDelayMs());
    expect(delays).to.deep.equal([200, 200, 200, undefined]);
  });

  for (const name of ['exponential-delay', 'failure-rate']) {
    it(`refuses ${name} by name`, () => {
      expect(() => strategyOf({ 'restart-strategy.type': name }))
        .to.throw(FlinkError, `'${name}' is not supported`)
        .with.property('code', 'RESTART_STRATEGY_UNSUPPORTED');
    });
  }

  it('refuses a name that nobody knows', () => {
    expect(() => strategyOf({ 'restart-strategy.type': 'sometimes' }))
      .to.throw(FlinkError)
      .with.property('code', 'CONFIG_INVALID_VALUE');
  });

  it('are not asked when an error or one of its causes would come back', () => {
    const never = new FlinkError('PLAN_MISMATCH', 'differs', { domain: 'user' });
    expect(isRecoverable(serializeError(never))).to.equal(false);
    expect(isRecoverable(serializeError(new Error('wrapped', { cause: never })))).to.equal(false);
    expect(isRecoverable(serializeError(new Error('plain')))).to.equal(true);
  });
});
