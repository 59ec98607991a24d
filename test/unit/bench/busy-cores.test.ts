import { expect } from 'chai';
import { parseTicks } from '../../../bench/nexmark/busy-cores.js';

const STAT = `cpu  30 0 3 300 3 0 0 6 0 0
cpu0 10 0 1 100 1 0 0 2 0 0
cpu1 20 0 2 200 2 0 0 4 9 9
intr 1 2 3
`;

describe('the busy time of cores', () => {
  it('is all that is neither idle nor waiting for a disk, stolen time included', () => {
    expect(parseTicks(STAT, 1)).to.deep.equal({ busy: 13, all: 114 });
  });

  it('adds up the cores, and leaves out guests, who are in the time of users already', () => {
    expect(parseTicks(STAT, 2)).to.deep.equal({ busy: 39, all: 342 });
  });

  it('is refused for cores that are not there', () => {
    expect(() => parseTicks(STAT, 3)).to.throw('no core 2');
  });
});
