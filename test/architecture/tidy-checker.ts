/** Small rules about how a file looks, each with the sentence that is printed when it is broken. */
import type { SourceFile } from '../../scripts/source-files.js';

const MOST_LINES = 600;

/** Joined at run time, so that this file does not contain what it looks for. */
const LEFT_OVER = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);

interface Rule {
  readonly sentence: string;
  broken(file: SourceFile): boolean;
}

const RULES: readonly Rule[] = [
  {
    sentence: 'begins with a header comment that says what it is',
    // The `describe` of a test says it already.
    broken: ({ path, text }) =>
      !/\.(?:test|itcase|sim)\.ts$/.test(path) &&
      !/^(?:#![^\n]*\n)?\/\*\* ?\S|^(?:#![^\n]*\n)?\/\*\*\n \* \S/.test(text),
  },
  {
    sentence: 'is named in kebab-case, with a kind before .ts at most (.test, .itcase, .sim, .conformance, .bench)',
    broken: ({ path }) =>
      !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|itcase|sim|conformance|bench))?\.ts$/.test(path.split('/').at(-1) ?? ''),
  },
  { sentence: `has at most ${MOST_LINES} lines`, broken: ({ text }) => text.split('\n').length > MOST_LINES + 1 },
  { sentence: 'ends with one newline', broken: ({ text }) => !text.endsWith('\n') || text.endsWith('\n\n') },
  { sentence: 'has no tabs and no spaces at line ends', broken: ({ text }) => /\t|[ ]+$/m.test(text) },
  {
    sentence: 'runs all its tests (no .only, no .skip, no xit)',
    broken: ({ bareCode }) =>
      /\b(?:describe|it|context|suite|test)\.(?:only|skip)\b|\bx(?:it|describe)\s*\(/.test(bareCode),
  },
  { sentence: 'has no debugger statement', broken: ({ bareCode }) => /\bdebugger\b/.test(bareCode) },
  { sentence: 'has no mark for work left over', broken: ({ text }) => LEFT_OVER.test(text) },
  {
    sentence: 'has no enum (use a const object or a union)',
    broken: ({ bareCode }) => /^\s*(?:export\s+)?(?:const\s+)?enum\s/m.test(bareCode),
  },
  { sentence: 'has no default export', broken: ({ bareCode }) => /^\s*export\s+default\b/m.test(bareCode) },
  {
    sentence: 're-exports by name',
    broken: ({ bareCode }) => /^\s*export\s+\*/m.test(bareCode),
  },
  {
    sentence: 'writes to the terminal only where that is its task (cli, deployment, the print sink)',
    broken: ({ path, bareCode }) =>
      /^src\/(?!cli\/|deployment\/|api\/sinks\/print-sink)/.test(path) && /(?<![.\w])console\.\w+\s*\(/.test(bareCode),
  },
];

export function tidyViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    RULES.filter((rule) => rule.broken(file)).map(({ sentence }) => `${file.path}: a source file ${sentence}`),
  );
}
