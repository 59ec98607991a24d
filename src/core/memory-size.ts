/** Memory sizes as Flink writes them: `32kb`, `64m`, `1g`; a bare number is bytes. Powers of 1024. */

const UNITS: ReadonlyMap<string, number> = new Map([
  ...['', 'b', 'bytes'].map((unit) => [unit, 1] as const),
  ...['k', 'kb', 'kibibytes'].map((unit) => [unit, 1024] as const),
  ...['m', 'mb', 'mebibytes'].map((unit) => [unit, 1024 ** 2] as const),
  ...['g', 'gb', 'gibibytes'].map((unit) => [unit, 1024 ** 3] as const),
  ...['t', 'tb', 'tebibytes'].map((unit) => [unit, 1024 ** 4] as const),
]);

/** Bytes, or undefined when `text` is not a memory size. */
export function parseMemorySizeBytes(text: string): number | undefined {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  const factor = match === null ? undefined : UNITS.get((match[2] ?? '').toLowerCase());
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}
