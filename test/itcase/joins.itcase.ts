/** Joins of two parallel sources on an embedded cluster, equal to joining everything with everything. */
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { MiniCluster } from '../../src/testing/index.js';
import type { results } from '../programs/joins.js';

const COUNT = 1_000;
const WINDOW_MS = 100;

// As in the program, which cannot be imported without being run.
const persons = Array.from({ length: COUNT }, (_, n) => ({ id: n >> 1, at: n * 5 + ((n * 17) % 40) }));
const auctions = Array.from({ length: 3 * COUNT }, (_, n) => ({
  number: n,
  seller: (n * 7) % 500,
  at: n * 2 + ((n * 29) % 40),
}));

const windowOf = (time: number): number => Math.floor(time / WINDOW_MS);

function met(isMatch: (personAt: number, auctionAt: number) => boolean): string[] {
  return persons
    .flatMap(({ id, at }) =>
      auctions
        .filter((auction) => auction.seller === id && isMatch(at, auction.at))
        .map(({ number }) => `${id} ${at} ${number}`),
    )
    .toSorted();
}

const shown = (pairs: (typeof results)['inWindow']): string[] =>
  pairs.map(({ id, registered, auction }) => `${id} ${registered} ${auction}`).toSorted();

describe('joins', function () {
  this.timeout(60_000);

  for (const parallelism of [1, 2]) {
    it(`by window and by interval find every pair once, and co-groups who is alone, at parallelism ${parallelism}`, async () => {
      const configuration = new Configuration({ 'parallelism.default': String(parallelism) });
      const program = new URL('../programs/joins.js', import.meta.url);
      const { results: found } = (await MiniCluster.run(program, { configuration }, String(COUNT))) as {
        results: typeof results;
      };
      const inWindow = met((person, auction) => windowOf(person) === windowOf(auction));
      expect(shown(found.inWindow)).to.deep.equal(inWindow);
      const inInterval = met((person, auction) => auction - person >= -20 && auction - person < 150);
      expect(shown(found.inInterval)).to.deep.equal(inInterval);
      expect(Math.min(inWindow.length, inInterval.length)).to.be.greaterThan(100);
      const alone = persons.filter(
        ({ id, at }) => !auctions.some((auction) => auction.seller === id && windowOf(auction.at) === windowOf(at)),
      );
      const texts = (people: readonly { id: number; at: number }[]) =>
        people.map(({ id, at }) => `${id} ${at}`).toSorted();
      expect(texts(found.alone)).to.deep.equal(texts(alone));
      expect(alone.length).to.be.greaterThan(100);
    });
  }
});
