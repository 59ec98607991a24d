/** Finds the error codes that src/ throws: the first argument of every `new FlinkError(`. */
import { lineAt, type SourceFile } from '../source-files.js';

export interface ErrorScan {
  /** Each code and the files that throw it, both sorted. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
  /** Places whose code is neither a literal, nor in a table of the file, nor another error's: no table can be held to them. */
  readonly unreadable: readonly string[];
}

const CONSTRUCTION = /\bnew FlinkError\(\s*([^,)]*)/g;
const LITERALS = /'([A-Z][A-Z0-9_]*)'/g;
/** Where `code` comes from a table or a type of the same file: `['CODE', …]` or `| 'CODE'`. */
const TABLED = /\[\s*'([A-Z][A-Z0-9]*_[A-Z0-9_]+)',|^\s*\| '([A-Z][A-Z0-9]*_[A-Z0-9_]+)'/gm;

export function scanErrorCodes(files: readonly SourceFile[]): ErrorScan {
  const found = new Map<string, Set<string>>();
  const unreadable: string[] = [];
  for (const file of files) {
    for (const match of file.code.matchAll(CONSTRUCTION)) {
      const argument = (match[1] ?? '').trim();
      // `error.code` passes on a code that is thrown elsewhere.
      if (/^\w+\.code$/.test(argument)) continue;
      const codes =
        argument === 'code' ? tabledCodes(file) : [...argument.matchAll(LITERALS)].map(([, code = '']) => code);
      for (const code of codes) found.set(code, (found.get(code) ?? new Set()).add(file.path));
      if (codes.length === 0)
        unreadable.push(`${file.path}:${lineAt(file.code, match.index)} new FlinkError(${argument}, …`);
    }
  }
  const codes = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, paths]) => [code, [...paths].sort()] as const);
  return { codes: new Map(codes), unreadable };
}

function tabledCodes(file: SourceFile): readonly string[] {
  return [...file.code.matchAll(TABLED)].map(([, inTable, inType]) => inTable ?? inType ?? '');
}
