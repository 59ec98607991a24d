/** What `nexmark` asks of the program that runs one query, and what it hears from it: plain data. */
import type { Difference } from './final-table.js';
import type { NexmarkSourceOptions } from './nexmark-source.js';
import type { ExpectedTable } from './oracle.js';
import type { QueryName } from './query-names.js';

export interface JobRequest {
  readonly query: QueryName;
  readonly source: Omit<NexmarkSourceOptions, 'splits'>;
  readonly parallelism: number;
  readonly taskManagers: number;
  /** The folder for the final table; null when it is not to be written. */
  readonly output: string | null;
  /** What the final table is compared with; null when it is not. */
  readonly expected: ExpectedTable | null;
}

export interface JobOutcome {
  /** Of the final table, or all that were emitted where none is made. */
  readonly rows: number;
  /** Null where no final table is made. */
  readonly sha256: string | null;
  /** Of all emitted rows; null where a final table is made. */
  readonly checksum: number | null;
  /** Null when nothing was compared. */
  readonly isEqual: boolean | null;
  /** Null unless it is known where the tables differ. */
  readonly difference: Difference | null;
  /** From the submission to the end of the job. */
  readonly seconds: number;
  /** Of the whole process in that time. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}
