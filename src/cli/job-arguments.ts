/**
 * Splits a command line at the program: options before it are ours, everything after it is the program's own, as in
 * Flink. `-Dkey=value` is taken apart here, since an option parser would read it as a cluster of short flags.
 */

import { FlinkError } from '../core/errors.js';

export interface CommandLine {
  /** What the option parser sees, up to and with the program. */
  readonly own: readonly string[];
  /** Arguments of the program. */
  readonly job: readonly string[];
  /** `-Dkey=value` properties; a later one wins. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Options of ours that take a value, so that it is not mistaken for the program. */
const WITH_VALUE = new Set(['-p', '--parallelism', '-t', '--target']);
const WITHOUT_VALUE = new Set(['-h', '--help', '--version']);

export function splitCommandLine(args: readonly string[]): CommandLine {
  const own: string[] = [];
  const properties: Record<string, string> = {};
  let at = 0;
  const [action] = args;
  if (action !== undefined && !action.startsWith('-')) own.push(args[at++] as string);
  while (at < args.length) {
    const arg = args[at++] as string;
    if (arg.startsWith('-D')) {
      addProperty(properties, arg === '-D' ? (args[at++] ?? '') : arg.slice(2));
      continue;
    }
    if (arg.startsWith('-')) checkOption(arg);
    own.push(arg);
    if (!arg.startsWith('-')) break;
    if (WITH_VALUE.has(arg) && at < args.length) own.push(args[at++] as string);
  }
  return { own, job: args.slice(at), properties };
}

function checkOption(arg: string): void {
  const [name = arg] = arg.split('=');
  if (WITH_VALUE.has(name) || WITHOUT_VALUE.has(name)) return;
  throw new FlinkError('OPTION_NOT_SUPPORTED', `the option ${name} is not supported by this version`, {
    domain: 'user',
    remedy: "'flink run --help' lists the options; those of the program come after it.",
  });
}

/** A property without `=` means `true`, as in Flink. */
function addProperty(properties: Record<string, string>, text: string): void {
  const equals = text.indexOf('=');
  if (equals < 0) properties[text] = 'true';
  else properties[text.slice(0, equals)] = text.slice(equals + 1);
}
