import { expect } from 'chai';
import { smallestGoodHeap } from '../../../bench/nexmark/heap-search.js';

/** What the search finds, and what it ran for that. */
async function search(rates: Readonly<Record<number, number>>): Promise<{ found: number; tried: readonly number[] }> {
  const tried: number[] = [];
  const found = await smallestGoodHeap((gigabytes) => {
    tried.push(gigabytes);
    return Promise.resolve(rates[gigabytes] as number);
  });
  return { found, tried };
}

describe('the search for the heap', () => {
  it('takes the smallest when the largest is not much faster, and tries no other', async () => {
    expect(await search({ 1: 96, 2: 0, 4: 100 })).to.deep.equal({ found: 1, tried: [1, 4] });
  });

  it('takes the middle one when the smallest fails', async () => {
    expect(await search({ 1: 0, 2: 97, 4: 100 })).to.deep.equal({ found: 2, tried: [1, 4, 2] });
  });

  it('takes the largest when the others are slow', async () => {
    expect((await search({ 1: 50, 2: 90, 4: 100 })).found).to.equal(4);
  });

  it('takes the middle one when it is faster than the largest', async () => {
    expect((await search({ 1: 80, 2: 110, 4: 100 })).found).to.equal(2);
  });
});
