/** The distance behind "did you mean". */
import { expect } from 'chai';
import fc from 'fast-check';
import { editDistance, nearestKey } from '../../../src/config/nearest-key.js';

describe('nearestKey', () => {
  it('finds a slip of the pen and nothing that is far away', () => {
    const keys = ['parallelism.default', 'pipeline.name'];
    expect(nearestKey('paralelism.default', keys)).to.equal('parallelism.default');
    expect(nearestKey('completely.different', keys)).to.equal(undefined);
  });

  it('measures known distances', () => {
    expect(editDistance('kitten', 'sitting')).to.equal(3);
    expect(editDistance('', 'abc')).to.equal(3);
  });

  it('is a metric: zero only for equals, symmetric, triangle inequality', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b) === 0).to.equal(a === b);
        expect(editDistance(a, b)).to.equal(editDistance(b, a));
        expect(editDistance(a, c)).to.be.at.most(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
