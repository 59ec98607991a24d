import { expect } from 'chai';
import { Duration, toMillis, toSignedMillis } from '../../../src/api/duration.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';

describe('Duration', () => {
  it("makes milliseconds in Flink's words and from texts", () => {
    expect([
      Duration.ofMillis(7),
      Duration.ofSeconds(2),
      Duration.ofMinutes(3),
      Duration.ofHours(1),
      Duration.ofDays(1),
      Duration.parse('5 min'),
      toMillis('10s', 'interval'),
    ]).to.deep.equal([7, 2_000, 180_000, 3_600_000, 86_400_000, 300_000, 10_000]);
  });

  it('takes durations before zero where they make sense: offsets', () => {
    expect(toSignedMillis('-8 h', 'offset')).to.equal(-28_800_000);
    expect(toSignedMillis(-5, 'offset')).to.equal(-5);
    flinkErrorOf('INVALID_DURATION', () => toMillis('-8 h', 'timeout'));
    flinkErrorOf('INVALID_DURATION', () => toSignedMillis('-' as never, 'offset'));
  });

  it('refuses what is no duration, saying for what it was meant', () => {
    for (const text of ['', 'soon', '1 parsec', '1.5 h']) {
      expect(flinkErrorOf('INVALID_DURATION', () => Duration.parse(text)).message).to.include(`'${text}'`);
    }
    expect(flinkErrorOf('INVALID_DURATION', () => toMillis(0.5, 'gap')).message).to.match(/^gap: '0\.5'/);
  });
});
