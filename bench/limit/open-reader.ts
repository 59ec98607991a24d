/** The only reader of a source, with all its splits: what an engine does before the first record, for loops without one. */
import type { Source, SourceReader, SourceSplit } from 'flink-yarn';

export async function openReader<T, SplitT extends SourceSplit, CheckpointT>(
  source: Source<T, SplitT, CheckpointT>,
): Promise<SourceReader<T, SplitT>> {
  const splits: SplitT[] = [];
  const nothing = (): void => undefined;
  const enumerator = source.createEnumerator({
    currentParallelism: 1,
    registeredReaders: () => [0],
    assignSplit: (split) => splits.push(split),
    signalNoMoreSplits: nothing,
    sendEventToSourceReader: nothing,
    callAsync: nothing,
  });
  await enumerator.start();
  enumerator.handleSplitRequest(0);
  const reader = source.createReader({
    indexOfSubtask: 0,
    currentParallelism: 1,
    sendSplitRequest: nothing,
    sendSourceEventToCoordinator: nothing,
  });
  await reader.start();
  reader.addSplits(splits);
  reader.notifyNoMoreSplits();
  return reader;
}
