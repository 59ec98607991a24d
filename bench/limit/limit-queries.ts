/** The raced queries by name, each written by hand: what a single loop without an engine needs. */
import type { Workload } from '../nexmark/race-options.js';
import { Query17Limit, Query20Limit, Query3Limit } from './keyed-queries.js';
import type { LimitQuery } from './limit-query.js';
import { Query0Limit, Query1Limit, Query2Limit, SourceLimit } from './stateless-queries.js';
import { Query11Limit, Query5Limit, Query7Limit, Query8Limit } from './window-queries.js';

export const LIMIT_QUERIES: Readonly<Record<Workload, () => LimitQuery>> = {
  source: () => new SourceLimit(),
  q0: () => new Query0Limit(),
  q1: () => new Query1Limit(),
  q2: () => new Query2Limit(),
  q3: () => new Query3Limit(),
  q5: () => new Query5Limit(),
  q7: () => new Query7Limit(),
  q8: () => new Query8Limit(),
  q11: () => new Query11Limit(),
  q17: () => new Query17Limit(),
  q20: () => new Query20Limit(),
};
