/** Reads TypeScript sources for the architecture tests and the generated docs: text, comment-free text, imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

export interface SourceImport {
  /** As written: './x.js', 'yaml', 'node:fs'. */
  readonly specifier: string;
  /** Repository path of the imported source file for relative imports, else undefined. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  /** By `import()`: loaded when the line runs, not when the module loads. */
  readonly lazy: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** Repository path with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked; positions and lines stay. */
  readonly code: string;
  /** The text with comments and the contents of strings blanked. */
  readonly bareCode: string;
  readonly imports: readonly SourceImport[];
}

export function parseSource(path: string, text: string): SourceFile {
  const { code, bareCode } = blank(text);
  return { path, text, code, bareCode, imports: parseImports(path, code, bareCode) };
}

/** All .ts files below the folders of `root`, sorted by path. A folder that does not exist counts as empty. */
export function readSources(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => listFiles(root, folder))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Repository paths of all files below `folder`, sorted. */
export function listFiles(root: string, folder: string): readonly string[] {
  const top = join(root, folder);
  let entries: readonly { readonly parentPath: string; readonly name: string; isFile(): boolean }[];
  try {
    entries = readdirSync(top, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

const STATIC_IMPORT = /\b(?:import|export)\s+(type\s+)?(?:([^'"`;]*?)\bfrom\s*)?'([^'\n]+)'/g;
const DYNAMIC_IMPORT = /\bimport\(\s*'([^'\n]+)'\s*\)/g;

function parseImports(path: string, code: string, bareCode: string): readonly SourceImport[] {
  const imports: SourceImport[] = [];
  const add = (specifier: string, offset: number, typeOnly: boolean, lazy: boolean): void => {
    // The keyword must be code: the same words inside a string are blank in bareCode.
    if (!/^(?:import|export)/.test(bareCode.slice(offset, offset + 6))) return;
    imports.push({ specifier, target: resolve(path, specifier), typeOnly, lazy, line: lineAt(code, offset) });
  };
  for (const match of code.matchAll(STATIC_IMPORT)) {
    add(match[3] ?? '', match.index, match[1] !== undefined || onlyTypes(match[2] ?? ''), false);
  }
  for (const match of code.matchAll(DYNAMIC_IMPORT)) add(match[1] ?? '', match.index, false, true);
  return imports;
}

function onlyTypes(clause: string): boolean {
  const braces = /^\s*\{([^}]*)\}\s*$/.exec(clause);
  if (braces === null) return false;
  const names = (braces[1] ?? '').split(',').filter((name) => name.trim() !== '');
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** One pass over the text that knows comments, strings, templates and (by what stands before) regular expressions. */
function blank(text: string): { readonly code: string; readonly bareCode: string } {
  const code = text.split('');
  const bare = [...code];
  const templateDepths: number[] = [];
  let depth = 0;
  let at = 0;
  const erase = (target: string[], from: number, to: number): void => {
    for (let i = from; i < to; i++) if (target[i] !== '\n') target[i] = ' ';
  };
  const endOf = (from: number, terminator: string): number => {
    let i = from;
    while (i < text.length && text[i] !== terminator && !(terminator !== '`' && text[i] === '\n')) {
      if (text[i] === '\\') i++;
      else if (terminator === '`' && text[i] === '$' && text[i + 1] === '{') return i;
      i++;
    }
    return i;
  };
  const readTemplate = (from: number): number => {
    const end = endOf(from, '`');
    erase(bare, from, end);
    if (text[end] !== '$') return end + 1;
    templateDepths.push(depth++);
    return end + 2;
  };
  while (at < text.length) {
    const char = text[at];
    const two = text.slice(at, at + 2);
    if (two === '//' || two === '/*') {
      const close = two === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2;
      const end = close < at ? text.length : close;
      erase(code, at, end);
      erase(bare, at, end);
      at = end;
    } else if (char === "'" || char === '"') {
      const end = endOf(at + 1, char);
      erase(bare, at + 1, end);
      at = end + 1;
    } else if (char === '`') {
      at = readTemplate(at + 1);
    } else if (char === '/' && startsRegex(text, at)) {
      const end = endOfRegex(text, at);
      erase(bare, at, end);
      at = end;
    } else {
      if (char === '{') depth++;
      else if (char === '}') depth--;
      at++;
      if (char === '}' && templateDepths.at(-1) === depth) {
        templateDepths.pop();
        at = readTemplate(at);
      }
    }
  }
  return { code: code.join(''), bareCode: bare.join('') };
}

function startsRegex(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at).trimEnd();
  return before === '' || /[(,=:[!&|?{};+\-*<>]$/.test(before) || /\b(?:return|typeof|case|in|of)$/.test(before);
}

function endOfRegex(text: string, at: number): number {
  let inClass = false;
  let i = at + 1;
  for (; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') inClass = true;
    else if (text[i] === ']') inClass = false;
    else if (text[i] === '/' && !inClass) break;
  }
  return i + 1;
}
