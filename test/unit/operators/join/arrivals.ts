/** Records of two inputs as they arrive, for property tests: out of order, some of them late, the watermark rising slowly. */
import fc from 'fast-check';

export type Arrival =
  | { readonly key: string; readonly timestamp: number; readonly isFirst: boolean }
  | { readonly watermark: number };

/** Times are near the watermark, so that most records are in time and many meet. */
export const arrivals: fc.Arbitrary<Arrival[]> = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          key: fc.constantFrom('a', 'a', 'b'),
          ahead: fc.integer({ min: -8, max: 30 }),
          isFirst: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.record({ rise: fc.integer({ min: 0, max: 12 }) }) },
    ),
    { maxLength: 60, size: '+1' },
  )
  .map((steps) => {
    let watermark = -20;
    return steps.map((step): Arrival => {
      if ('rise' in step) {
        watermark += step.rise;
        return { watermark };
      }
      return { key: step.key, timestamp: watermark + step.ahead, isFirst: step.isFirst };
    });
  });
