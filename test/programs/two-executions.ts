/** Two jobs, the second built from what the first returned; a time and a random id of main() are seen by every slot. */
import { StreamExecutionEnvironment } from 'flink-yarn';

const startedAt = Date.now();
const runId = Math.random();
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);

const doubled = await env
  .fromSequence(1, 10)
  .map((n) => n * 2)
  .executeAndCollect('first');
const numbers = await doubled.toArray();
const total = numbers.reduce((sum, n) => sum + n, 0);

const tagged = await env
  .fromSequence(1, 8)
  .rebalance()
  .map((n) => ({ n: n + total, startedAt, runId }))
  .executeAndCollect('second');

const seen = await tagged.toArray();

export { numbers, seen, total };
