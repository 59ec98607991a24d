/** A fixed amount of work in registers and the first-level cache; prints the milliseconds it took. */
const words = new Uint32Array(1 << 12);

function work(rounds: number): number {
  let state = 1;
  for (let i = 0; i < rounds; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const index = state >>> 20;
    words[index] = ((words[index] as number) + state) >>> 0;
  }
  return state;
}

work(2_000_000);
const start = performance.now();
const result = work(100_000_000);
const elapsed = performance.now() - start;
// What comes out is used, so that nothing can be left out.
console.log(Number.isInteger(result) ? elapsed : Number.NaN);
