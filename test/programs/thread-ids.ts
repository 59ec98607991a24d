/** Tells in which threads its slots ran. */
import { isMainThread, threadId } from 'node:worker_threads';
import { StreamExecutionEnvironment } from 'flink-yarn';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(4);
const threads = await env
  .fromSequence(1, 100)
  // A quick reader may take the splits of a slow one; round-robin every slot gets some.
  .rebalance()
  .map(() => (isMainThread ? 'main' : threadId))
  .executeAndCollect('threads');
const seen = new Set(await threads.toArray());
console.log(`${seen.size} threads, ${seen.has('main') ? 'the main one among them' : 'none of them the main one'}`);
