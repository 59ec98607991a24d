/**
 * Which subtasks of a producer feed which of its consumer. Both ends derive their channels from here: the producer's are
 * ordered by consumer subtask, the consumer's by producer subtask. Mirrors: VertexInputInfoComputationUtils.
 */
import type { JobEdge } from '../../../graph/job-graph.js';

type Distribution = JobEdge['distribution'];

/** Subtasks of the consumer that read from this producer subtask, ascending. */
export function consumersOf(
  distribution: Distribution,
  producerSubtask: number,
  numProducers: number,
  numConsumers: number,
): readonly number[] {
  if (distribution === 'ALL_TO_ALL') return range(0, numConsumers);
  if (numProducers < numConsumers) {
    return range(
      Math.floor((producerSubtask * numConsumers + numProducers - 1) / numProducers),
      Math.floor(((producerSubtask + 1) * numConsumers + numProducers - 1) / numProducers),
    );
  }
  // Each producer has one consumer: the one whose share contains it.
  return range(0, numConsumers).filter((consumer) =>
    producersOf(distribution, consumer, numProducers, numConsumers).includes(producerSubtask),
  );
}

/** Subtasks of the producer that this consumer subtask reads from, ascending. */
export function producersOf(
  distribution: Distribution,
  consumerSubtask: number,
  numProducers: number,
  numConsumers: number,
): readonly number[] {
  if (distribution === 'ALL_TO_ALL') return range(0, numProducers);
  if (numProducers >= numConsumers) {
    return range(
      Math.floor((consumerSubtask * numProducers) / numConsumers),
      Math.floor(((consumerSubtask + 1) * numProducers) / numConsumers),
    );
  }
  return range(0, numProducers).filter((producer) =>
    consumersOf(distribution, producer, numProducers, numConsumers).includes(consumerSubtask),
  );
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
