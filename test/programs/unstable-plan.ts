/** Builds another plan in every thread: refused, since its functions cannot be matched to the plan. */
import { isMainThread } from 'node:worker_threads';
import { StreamExecutionEnvironment } from 'flink-yarn';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
const numbers = env.fromSequence(1, 10);
(isMainThread ? numbers.map((n) => n) : numbers.filter(() => true)).print();
await env.execute('unstable');
