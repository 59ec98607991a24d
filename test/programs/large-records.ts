/** Records of many megabytes between slots. Arguments: bytes of each record, how many. */
import { StreamExecutionEnvironment } from 'flink-yarn';

const [bytes = '1000', count = '1'] = process.argv.slice(2);
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(1);
const numBytes = Number(bytes);
const results = await env
  .fromSequence(1, Number(count))
  .map((n) => ({ n, text: 'ab'.repeat(numBytes / 2), list: [new Uint8Array(numBytes).fill(n)] }))
  .name('makes large records')
  .rebalance()
  .map(({ n, text, list }) => ({ n, characters: text.length, sum: list[0]?.reduce((a, b) => a + b) ?? 0 }))
  .slotSharingGroup('other')
  .executeAndCollect('large records');
export const sums = await results.toArray();
