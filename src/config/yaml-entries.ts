/** Reads config.yaml into flat entries with their lines. Nested and dotted keys are the same key, as in Flink. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { FlinkError } from '../core/errors.js';

export interface YamlEntry {
  readonly key: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

const MAX_DEPTH = 32;

/** The entries of `text` in the order of the file. `file` appears in errors only. Throws CONFIG_FILE_INVALID. */
export function parseYamlEntries(text: string, file: string): readonly YamlEntry[] {
  const lines = new LineCounter();
  // Failsafe: every scalar stays the text that a person wrote; options do the parsing.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const [firstLine] = problem.message.split('\n');
    throw invalid(file, problem.linePos?.[0].line ?? 1, firstLine?.replace(/ at line.*$/, '') ?? 'not YAML');
  }
  const reader = new EntryReader(file, lines);
  if (document.contents !== null) reader.readRoot(document.contents);
  return reader.entries;
}

class EntryReader {
  readonly entries: YamlEntry[] = [];
  private readonly lineOfKey = new Map<string, number>();
  private readonly file: string;
  private readonly lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  readRoot(node: Node): void {
    if (isScalar(node) && node.value === '') return;
    if (!isMap(node)) throw invalid(this.file, this.lineOf(node, 1), 'the file is not a list of keys and values');
    this.readMap(node, '', 0);
  }

  private readMap(node: Node, prefix: string, depth: number): void {
    if (!isMap(node)) return;
    if (depth > MAX_DEPTH) throw invalid(this.file, this.lineOf(node, 1), `keys nest deeper than ${MAX_DEPTH} levels`);
    for (const pair of node.items) {
      const keyNode = pair.key;
      const line = this.lineOf(keyNode, 1);
      if (!isScalar(keyNode)) throw invalid(this.file, line, 'a key is not a plain word');
      const key = prefix + scalarText(keyNode);
      if (isMap(pair.value)) this.readMap(pair.value, `${key}.`, depth + 1);
      else this.add(key, this.textOf(pair.value, key, line), line);
    }
  }

  private add(key: string, value: string | undefined, line: number): void {
    const earlier = this.lineOfKey.get(key);
    if (earlier !== undefined) {
      throw new FlinkError(
        'CONFIG_DUPLICATE_KEY',
        `${this.file}, line ${line}: ${key} is set already in line ${earlier}`,
        {
          domain: 'user',
          details: { file: this.file, line, key, firstLine: earlier },
          remedy: 'Keep one of the two lines. A nested key and its dotted form are the same key.',
        },
      );
    }
    this.lineOfKey.set(key, line);
    // `key:` with nothing behind it leaves the default in place.
    if (value !== undefined) this.entries.push({ key, value, line });
  }

  private textOf(node: unknown, key: string, line: number): string | undefined {
    if (node === null || node === undefined) return undefined;
    if (isScalar(node)) return isEmptyPlain(node) ? undefined : scalarText(node);
    if (isSeq(node)) return node.items.map((item) => this.itemOf(item, key, line)).join(';');
    if (isAlias(node)) throw invalid(this.file, line, `${key}: anchors and aliases are not supported`);
    throw invalid(this.file, line, `${key}: the value is neither a text nor a list`);
  }

  private itemOf(item: unknown, key: string, line: number): string {
    if (!isScalar(item)) throw invalid(this.file, line, `${key}: a list may hold plain values only`);
    return scalarText(item);
  }

  private lineOf(node: unknown, fallback: number): number {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    return range === null || range === undefined ? fallback : this.lines.linePos(range[0] ?? 0).line;
  }
}

/** With the failsafe schema every scalar is a string. */
function scalarText(node: { readonly value: unknown }): string {
  return typeof node.value === 'string' ? node.value : '';
}

/** `key:` without a value parses as an empty plain scalar; `key: ""` is a quoted one and counts as a value. */
function isEmptyPlain(node: { readonly value: unknown; readonly type?: string }): boolean {
  return node.value === '' && (node.type === undefined || node.type === 'PLAIN');
}

function invalid(file: string, line: number, problem: string): FlinkError {
  return new FlinkError('CONFIG_FILE_INVALID', `${file}, line ${line}: ${problem}`, {
    domain: 'user',
    details: { file, line },
    remedy: "Write one 'key: value' a line; see conf/config.yaml for the form.",
  });
}
