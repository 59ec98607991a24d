/**
 * A source that is more than ten times as fast as what follows it. Arguments: where the slow part runs, records. Each record
 * holds two KiB, so that any growing queue would show.
 */
import { StreamExecutionEnvironment } from 'flink-yarn';

const PAYLOAD_BYTES = 2048;
const SLOW_MS = 0.04;

const [place = 'in its slot', records = '1000'] = process.argv.slice(2);
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(1);
const source = env.fromSequence(1, Number(records)).map((n) => ({ n, payload: new Uint8Array(PAYLOAD_BYTES) }));
const ready = place === 'behind another task' ? source.rebalance().map((record) => record) : source;
const slow = ready
  .rebalance()
  .map(({ n, payload }) => {
    const end = performance.now() + SLOW_MS;
    while (performance.now() < end);
    return { key: n % 2, n, bytes: payload.length };
  })
  .name('slow')
  .disableChaining();
if (place !== 'in its slot') slow.slotSharingGroup('slow');
const totals = await slow
  .keyBy(({ key }) => key)
  .reduce((a, b) => ({ key: a.key, n: Math.max(a.n, b.n), bytes: a.bytes + b.bytes }))
  .executeAndCollect('slow sink');

let bytes = 0;
const last = new Map<number, number>();
for await (const total of totals) last.set(total.key, total.bytes);
for (const each of last.values()) bytes += each;
export const received = bytes / PAYLOAD_BYTES;
