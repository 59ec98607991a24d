/** Finds the error codes that src/ throws: the first argument of every `new FlinkError(`. */
import { lineAt, type SourceFile } from '../source-files.js';

export interface ErrorScan {
  /** Each code and the files that throw it, both sorted. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
  /** Places whose first argument is neither a literal nor the code of another error: no table can be held to them. */
  readonly unreadable: readonly string[];
}

const CONSTRUCTION = /\bnew FlinkError\(\s*([^,)]*)/g;
const LITERALS = /'([A-Z][A-Z0-9_]*)'/g;

export function scanErrorCodes(files: readonly SourceFile[]): ErrorScan {
  const found = new Map<string, Set<string>>();
  const unreadable: string[] = [];
  for (const file of files) {
    for (const match of file.code.matchAll(CONSTRUCTION)) {
      const argument = (match[1] ?? '').trim();
      // `condition ? 'A' : 'B'` is fine; `error.code` passes on a code that is thrown elsewhere.
      const codes = [...argument.matchAll(LITERALS)].map((literal) => literal[1] ?? '');
      for (const code of codes) found.set(code, (found.get(code) ?? new Set()).add(file.path));
      if (codes.length === 0 && !/^\w+\.code$/.test(argument)) {
        unreadable.push(`${file.path}:${lineAt(file.code, match.index)} new FlinkError(${argument}, …`);
      }
    }
  }
  const codes = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, paths]) => [code, [...paths].sort()] as const);
  return { codes: new Map(codes), unreadable };
}
