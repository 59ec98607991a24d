/**
 * The one place where text becomes code. Whoever generates code keeps four rules:
 *
 *   - The text is made of constants of ours, numbers that we counted, and names that `isIdentifier` accepts. Everything else
 *     from outside (functions, other names, values) reaches the code as an argument of `make`, never as text.
 *   - An interpreted twin does the same without generated code, and a property test runs both on random plans. The twin
 *     is real code: it also serves what comes too seldom to be worth compiling.
 *   - The text reads well: one statement a line, names that say what they hold.
 *   - A function is generated once for what it serves (a chain, a shape), so that V8's type feedback is its alone.
 *
 * `FLINK_DUMP_CODEGEN=dir` writes what is generated to files (deployment/local/dump-generated-code.ts); a stack trace or a
 * profile names the same file and line.
 */
import { compileFunction } from 'node:vm';

export interface GeneratedCode {
  /** Its name with a number, unique in this thread: `fused-chain-3`. */
  readonly name: string;
  /** The whole function as a script; line numbers are those of stack traces. */
  readonly text: string;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const observers = new Set<(code: GeneratedCode) => void>();
let numGenerated = 0;

/** Whether the name may stand in generated text after a dot or as a key of an object literal. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name) && name !== '__proto__';
}

/**
 * Compiles a strict function of these parameters. `name` is a constant of the caller, in kebab case. What it returns is as
 * untyped as its text: the caller says what it is.
 */
export function generateFunction(
  name: string,
  parameters: readonly string[],
  body: string,
): (...args: unknown[]) => unknown {
  const numbered = `${name}-${++numGenerated}`;
  const strictBody = `'use strict';\n${body}`;
  const text = `(function (${parameters.join(', ')}) {\n${strictBody}\n})\n`;
  for (const observer of observers) observer({ name: numbered, text });
  // The body begins in the second line of the text.
  const options = { filename: `flink-yarn:${numbered}.js`, lineOffset: 1 };
  return compileFunction(strictBody, parameters, options) as (...args: unknown[]) => unknown;
}

/** Shows the observer all code that is generated in this thread from now on. Returns what ends that. */
export function observeGeneratedCode(observer: (code: GeneratedCode) => void): () => void {
  observers.add(observer);
  return () => void observers.delete(observer);
}
