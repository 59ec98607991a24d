/** Fails in the middle, on a line that the error must show. */
import { StreamExecutionEnvironment } from 'flink-yarn';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env
  .fromSequence(1, 10)
  .map((n) => {
    if (n === 7) throw new Error('seven is too many');
    return n;
  })
  .name('refuses seven')
  .print();
await env.execute('throws');
