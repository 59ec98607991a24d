/** All queries by name, with what it takes to run one and to compare its results. */
import type { DataStream } from 'flink-yarn';
import { canonicalLine, lineOfRow } from './canonical-line.js';
import {
  bidChecksum,
  q11Checksum,
  q17Checksum,
  q20Checksum,
  q2Checksum,
  q3Checksum,
  q5Checksum,
  q7Checksum,
  q8Checksum,
} from './checksums.js';
import { decimalText } from './currency.js';
import type { NexmarkStreams } from './nexmark-streams.js';
import { q0 } from './queries/q0.js';
import { q1, type Q1Row } from './queries/q1.js';
import { q10 } from './queries/q10.js';
import { q11 } from './queries/q11.js';
import { q12 } from './queries/q12.js';
import { q13 } from './queries/q13.js';
import { q14, type Q14Row } from './queries/q14.js';
import { q15, type Q15Row } from './queries/q15.js';
import { q16, type Q16Row } from './queries/q16.js';
import { q17, type Q17Row } from './queries/q17.js';
import { q18, type Q18Row } from './queries/q18.js';
import { q19, type Q19Row } from './queries/q19.js';
import { q2 } from './queries/q2.js';
import { q20 } from './queries/q20.js';
import { q21 } from './queries/q21.js';
import { q22 } from './queries/q22.js';
import { q23 } from './queries/q23.js';
import { q3 } from './queries/q3.js';
import { q4, type Q4Row } from './queries/q4.js';
import { q5 } from './queries/q5.js';
import { q6 } from './queries/q6.js';
import { q7 } from './queries/q7.js';
import { q8 } from './queries/q8.js';
import { q9 } from './queries/q9.js';
import { isCompared, type QueryName } from './query-names.js';
import { rowChecksum } from './row-checksum.js';

/** A result of some query: numbers and texts, in the order of the query's columns. */
export type Row = object;

export interface NexmarkQuery {
  readonly name: QueryName;
  build(nexmark: NexmarkStreams): DataStream<Row>;
  /** The row as a line of the canonical output. */
  encode(row: Row): string;
  /** Of queries that update their results: rows with the same key replace each other, the last one counts. */
  key?(row: Row): string;
  /** For comparisons in which order does not matter; of raced queries over the columns that they race with. */
  checksum(row: Row): number;
  /** Whether the same events always give the same results. */
  readonly isCompared: boolean;
}

export const QUERIES: Readonly<Record<QueryName, NexmarkQuery>> = {
  q0: query('q0', q0, { checksum: bidChecksum }),
  q1: query('q1', q1, { checksum: bidChecksum, encode: encodeQ1 }),
  q2: query('q2', q2, { checksum: q2Checksum }),
  q3: query('q3', q3, { checksum: q3Checksum }),
  q4: query('q4', q4, { key: ({ category }: Q4Row) => `${category}` }),
  q5: query('q5', q5, { checksum: q5Checksum }),
  q6: query('q6', q6),
  q7: query('q7', q7, { checksum: q7Checksum }),
  q8: query('q8', q8, { checksum: q8Checksum }),
  q9: query('q9', q9),
  q10: query('q10', q10),
  q11: query('q11', q11, { checksum: q11Checksum }),
  q12: query('q12', q12),
  q13: query('q13', q13),
  q14: query('q14', q14, { encode: encodeQ14 }),
  q15: query('q15', q15, { key: ({ day }: Q15Row) => day }),
  q16: query('q16', q16, { key: ({ channel, day }: Q16Row) => `${day} ${channel}` }),
  q17: query('q17', q17, { checksum: q17Checksum, key: ({ auction, day }: Q17Row) => `${auction} ${day}` }),
  q18: query('q18', q18, { key: ({ bidder, auction }: Q18Row) => `${bidder} ${auction}` }),
  q19: query('q19', q19, { key: ({ auction, rank }: Q19Row) => `${auction} ${rank}` }),
  q20: query('q20', q20, { checksum: q20Checksum }),
  q21: query('q21', q21),
  q22: query('q22', q22),
  q23: query('q23', q23),
};

interface Particulars<R extends Row> {
  readonly encode?: (row: R) => string;
  readonly key?: (row: R) => string;
  readonly checksum?: (row: R) => number;
}

/** The types of rows end here: a query is given none but its own. */
function query<R extends Row>(
  name: QueryName,
  build: (nexmark: NexmarkStreams) => DataStream<R>,
  { encode = lineOfRow, key, checksum = rowChecksum }: Particulars<R> = {},
): NexmarkQuery {
  const typed = { name, build, encode, checksum, isCompared: isCompared(name) };
  return (key === undefined ? typed : { ...typed, key }) as NexmarkQuery;
}

function encodeQ1({ auction, bidder, price, dateTime, extra }: Q1Row): string {
  return canonicalLine([auction, bidder, decimalText(price), dateTime, extra]);
}

function encodeQ14({ auction, bidder, price, bidTimeType, dateTime, extra, cCounts }: Q14Row): string {
  return canonicalLine([auction, bidder, decimalText(price), bidTimeType, dateTime, extra, cCounts]);
}
