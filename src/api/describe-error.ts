/** Shows an error to a person: what happened, the code, its causes with the user's own lines, and what to do. */
import { isFlinkError } from '../core/errors.js';
import { isOwnFrame, parseFrame } from './call-site.js';

const MAX_CAUSES = 8;
const MAX_FRAMES = 3;

/** The lines to print, without a trailing newline. */
export function describeError(error: unknown): string[] {
  const chain = causesOf(error instanceof Error ? error : new Error(String(error)));
  const [first] = chain as [Error];
  const lines = [isFlinkError(first) ? `${first.message} [${first.code}]` : first.message];
  for (const cause of chain.slice(1)) {
    if (!first.message.includes(cause.message))
      lines.push(`  caused by: ${cause.message}${isFlinkError(cause) ? ` [${cause.code}]` : ''}`);
  }
  // The innermost cause is where the user's code is.
  const userLines = chain
    .toReversed()
    .map(userFrames)
    .find((frames) => frames.length > 0);
  lines.push(...(userLines ?? []));
  const remedy = chain.map((each) => (isFlinkError(each) ? each.remedy : undefined)).find((text) => text !== undefined);
  if (remedy !== undefined) lines.push(`  ${remedy}`);
  return lines;
}

function causesOf(error: Error): Error[] {
  const chain = [error];
  for (let cause = error.cause; cause instanceof Error && chain.length < MAX_CAUSES; cause = cause.cause)
    chain.push(cause);
  return chain;
}

/** Frames of the user's own files: not of this package, of Node or of dependencies. */
function userFrames(error: Error): string[] {
  const frames = (error.stack ?? '').split('\n').filter((line) => {
    const site = parseFrame(line);
    return site !== undefined && !isOwnFrame(site) && !site.file.includes('/node_modules/');
  });
  return frames.slice(0, MAX_FRAMES);
}
