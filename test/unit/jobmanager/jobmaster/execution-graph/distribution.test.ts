import { expect } from 'chai';
import fc from 'fast-check';
import { consumersOf, producersOf } from '../../../../../src/jobmanager/jobmaster/execution-graph/distribution.js';

describe('distribution of channels', () => {
  const parallelism = fc.integer({ min: 1, max: 20 });

  function indices(count: number): readonly number[] {
    return Array.from({ length: count }, (_, index) => index);
  }

  for (const distribution of ['POINTWISE', 'ALL_TO_ALL'] as const) {
    it(`${distribution}: both ends agree on every channel`, () => {
      fc.assert(
        fc.property(parallelism, parallelism, (producers, consumers) => {
          const fromProducers = indices(producers).flatMap((producer) =>
            consumersOf(distribution, producer, producers, consumers).map((consumer) => `${producer}>${consumer}`),
          );
          const fromConsumers = indices(consumers).flatMap((consumer) =>
            producersOf(distribution, consumer, producers, consumers).map((producer) => `${producer}>${consumer}`),
          );
          expect(fromConsumers.sort()).to.deep.equal(fromProducers.sort());
          expect(new Set(fromProducers).size).to.equal(fromProducers.length);
        }),
      );
    });

    it(`${distribution}: channels are in the order of the subtasks`, () => {
      fc.assert(
        fc.property(parallelism, parallelism, fc.nat(39), (producers, consumers, subtask) => {
          const targets = consumersOf(distribution, subtask % producers, producers, consumers);
          const sources = producersOf(distribution, subtask % consumers, producers, consumers);
          for (const list of [targets, sources]) expect(list).to.deep.equal([...list].sort((a, b) => a - b));
        }),
      );
    });

    it(`${distribution}: nobody is left without a partner`, () => {
      fc.assert(
        fc.property(parallelism, parallelism, (producers, consumers) => {
          for (const producer of indices(producers)) {
            expect(consumersOf(distribution, producer, producers, consumers)).not.to.be.empty;
          }
          for (const consumer of indices(consumers)) {
            expect(producersOf(distribution, consumer, producers, consumers)).not.to.be.empty;
          }
        }),
      );
    });
  }

  it('POINTWISE with equal parallelism connects equal subtasks', () => {
    for (const subtask of indices(7)) expect(consumersOf('POINTWISE', subtask, 7, 7)).to.deep.equal([subtask]);
  });

  // The shares that Flink's VertexInputInfoComputationUtils computes.
  it('POINTWISE divides 5 producers among 2 consumers as 2 and 3', () => {
    expect(producersOf('POINTWISE', 0, 5, 2)).to.deep.equal([0, 1]);
    expect(producersOf('POINTWISE', 1, 5, 2)).to.deep.equal([2, 3, 4]);
  });

  it('POINTWISE divides 5 consumers among 2 producers as 3 and 2', () => {
    expect(consumersOf('POINTWISE', 0, 2, 5)).to.deep.equal([0, 1, 2]);
    expect(consumersOf('POINTWISE', 1, 2, 5)).to.deep.equal([3, 4]);
  });
});
