/** Where results of big runs go: rows are counted and their checksums added up, none is kept. */
import type { DataStream, JobExecutionResult, LongCounter, Sink, SinkWriter, SinkWriterContext } from 'flink-yarn';
import type { NexmarkQuery, Row } from './queries.js';

export interface RowCount {
  /** Emitted rows; of queries that update their results each version counts. */
  readonly rows: number;
  /** Sum of the rows' checksums modulo 2^32. */
  readonly checksum: number;
}

export function countRows(rows: DataStream<Row>, query: NexmarkQuery): void {
  rows.sinkTo(new CountingSink(query)).name(`count ${query.name}`).uid(`${query.name}-count`);
}

/** What `countRows` counted in a job that has ended. */
export function countedRows(result: JobExecutionResult, query: NexmarkQuery): RowCount {
  const total = (counter: string): number => result.getAccumulatorResult<number>(counter) ?? 0;
  return { rows: total(rowsCounter(query)), checksum: total(checksumCounter(query)) % 0x1_0000_0000 };
}

const rowsCounter = ({ name }: NexmarkQuery): string => `${name}.rows`;
const checksumCounter = ({ name }: NexmarkQuery): string => `${name}.checksum`;

class CountingSink implements Sink<Row> {
  readonly description = 'CountingSink()';
  private readonly query: NexmarkQuery;

  constructor(query: NexmarkQuery) {
    this.query = query;
  }

  createWriter({ runtimeContext }: SinkWriterContext): SinkWriter<Row> {
    return new CountingWriter(
      this.query,
      runtimeContext.getLongCounter(rowsCounter(this.query)),
      runtimeContext.getLongCounter(checksumCounter(this.query)),
    );
  }
}

class CountingWriter implements SinkWriter<Row> {
  private readonly query: NexmarkQuery;
  private readonly rowsCounter: LongCounter;
  private readonly checksumCounter: LongCounter;
  /** Since the last flush. */
  private rows = 0;
  /** Since the last flush, within 32 bits. */
  private checksum = 0;

  constructor(query: NexmarkQuery, rows: LongCounter, checksum: LongCounter) {
    this.query = query;
    this.rowsCounter = rows;
    this.checksumCounter = checksum;
  }

  write(row: Row): void {
    this.rows++;
    this.checksum = (this.checksum + this.query.checksum(row)) | 0;
  }

  flush(): void {
    this.rowsCounter.add(this.rows);
    this.checksumCounter.add(this.checksum >>> 0);
    this.rows = 0;
    this.checksum = 0;
  }

  close(): void {
    // Nothing is open.
  }
}
