/** Where results of big runs go: rows are counted and their checksums added up, none is kept. */
import type { DataStream, Sink, SinkWriter, SinkWriterContext, VertexMetrics } from 'flink-yarn';
import type { NexmarkQuery, Row } from './queries.js';

export interface RowCount {
  /** Emitted rows; of queries that update their results each version counts. */
  readonly rows: number;
  /** Sum of the rows' checksums modulo 2^32. */
  readonly checksum: number;
}

export function countRows(rows: DataStream<Row>, query: NexmarkQuery): void {
  const name = sinkName(query);
  rows.sinkTo(new CountingSink(query)).name(name).uid(name);
}

/** What `countRows` counted in a job that has ended. */
export function countedRows(vertices: readonly VertexMetrics[], query: NexmarkQuery): RowCount {
  const metrics = vertices.flatMap((vertex) => Object.entries(vertex.metrics));
  const total = (metric: string): number =>
    metrics.reduce((sum, [key, value]) => (key.endsWith(`${sinkName(query)}.${metric}`) ? sum + value : sum), 0);
  return { rows: total(ROWS), checksum: total(CHECKSUM) % 0x1_0000_0000 };
}

const ROWS = 'rows';
const CHECKSUM = 'checksum';

function sinkName({ name }: NexmarkQuery): string {
  return `rows of ${name}`;
}

class CountingSink implements Sink<Row> {
  readonly description = 'CountingSink()';
  private readonly query: NexmarkQuery;

  constructor(query: NexmarkQuery) {
    this.query = query;
  }

  createWriter({ runtimeContext }: SinkWriterContext): SinkWriter<Row> {
    const writer = new CountingWriter(this.query);
    runtimeContext.metricGroup.gauge(ROWS, () => writer.rows);
    runtimeContext.metricGroup.gauge(CHECKSUM, () => writer.checksum >>> 0);
    return writer;
  }
}

class CountingWriter implements SinkWriter<Row> {
  rows = 0;
  /** Within 32 bits, signed. */
  checksum = 0;
  private readonly query: NexmarkQuery;

  constructor(query: NexmarkQuery) {
    this.query = query;
  }

  write(row: Row): void {
    this.rows++;
    this.checksum = (this.checksum + this.query.checksum(row)) | 0;
  }

  flush(): void {
    // Nothing waits to be written.
  }

  close(): void {
    // Nothing is open.
  }
}
