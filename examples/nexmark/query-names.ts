/** The names of the queries, apart from what it takes to run them. */

export const QUERY_NAMES = [
  'q0',
  'q1',
  'q2',
  'q3',
  'q4',
  'q5',
  'q6',
  'q7',
  'q8',
  'q9',
  'q10',
  'q11',
  'q12',
  'q13',
  'q14',
  'q15',
  'q16',
  'q17',
  'q18',
  'q19',
  'q20',
  'q21',
  'q22',
  'q23',
] as const;

export type QueryName = (typeof QUERY_NAMES)[number];

/** Whether the same events always give the same results: not where a query looks at the clock. */
export function isCompared(name: QueryName): boolean {
  return name !== 'q12';
}
