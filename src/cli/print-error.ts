/** Shows an error to a person: what happened, the code, what to do, and the user's own line of code. */
import { isFlinkError } from '../core/errors.js';

/** Writes to stderr; a stack only where it shows code that the reader wrote. */
export function printError(error: unknown): void {
  for (const line of errorLines(error)) process.stderr.write(`${line}\n`);
}

export function errorLines(error: unknown): string[] {
  const lines: string[] = [];
  const first = error instanceof Error ? error : new Error(String(error));
  lines.push(isFlinkError(error) ? `${error.message} [${error.code}]` : first.message);
  for (const cause of causesOf(first)) {
    const code = isFlinkError(cause) ? ` [${cause.code}]` : '';
    if (!first.message.includes(cause.message)) lines.push(`  caused by: ${cause.message}${code}`);
    lines.push(...userFrames(cause));
  }
  const remedy = [first, ...causesOf(first)].find((each) => isFlinkError(each) && each.remedy !== undefined);
  if (remedy !== undefined && isFlinkError(remedy)) lines.push(`  ${remedy.remedy}`);
  return lines;
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 8; cause = cause.cause) causes.push(cause);
  return causes;
}

const MAX_FRAMES = 3;

/** Frames outside of this package and of Node. */
function userFrames(error: Error): string[] {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.filter((line) => !/node:|flink-yarn:|[\\/]flink-yarn[\\/]dist[\\/]/.test(line)).slice(0, MAX_FRAMES);
}
