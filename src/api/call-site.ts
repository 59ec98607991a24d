/** Finds the line of the user's program in the stack: for error messages, and to know which file to run again. */
import { fileURLToPath } from 'node:url';

export interface CallSite {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/)?\/.*):(\d+):(\d+)\)?$/;

/** The package's own code: where it runs from and, with source maps on, where it was compiled from. */
const OWN_FOLDERS: readonly string[] = ownFolders(fileURLToPath(new URL('../', import.meta.url)));

function ownFolders(running: string): readonly string[] {
  const compiled = '/dist/src/';
  return running.endsWith(compiled) ? [running, `${running.slice(0, -compiled.length)}/src/`] : [running];
}

/** The innermost stack frame outside this package and Node itself, or undefined when there is none. */
export function callSite(): CallSite | undefined {
  const stack = new Error().stack ?? '';
  for (const text of stack.split('\n').slice(1)) {
    const site = parseFrame(text);
    if (site !== undefined && !isOwnFrame(site)) return site;
  }
  return undefined;
}

/** File of the innermost frame outside this package as Node loaded it: source maps, if on, would name another one. */
export function callerFile(): string | undefined {
  const outer = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName());
  try {
    const names = new Error().stack as unknown as readonly (string | null | undefined)[];
    const files = names
      .filter((name) => typeof name === 'string' && /^(file:|\/)/.test(name))
      .map((name) => pathOf(name as string));
    return files.find((file) => !OWN_FOLDERS.some((folder) => file.startsWith(folder)));
  } finally {
    if (outer === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', outer);
  }
}

/** True for code of this package. */
export function isOwnFrame(site: CallSite): boolean {
  return OWN_FOLDERS.some((folder) => site.file.startsWith(folder));
}

/** `file:line:column`, the form that terminals and editors make a link of. */
export function formatCallSite(site: CallSite): string {
  return `${site.file}:${site.line}:${site.column}`;
}

/** Reads one line of a V8 stack trace; undefined for frames without a file. */
export function parseFrame(text: string): CallSite | undefined {
  const match = FRAME.exec(text);
  const location = match?.[1];
  if (location === undefined) return undefined;
  return { file: pathOf(location), line: Number(match?.[2]), column: Number(match?.[3]) };
}

function pathOf(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(new URL(location).href.replace(/[?#].*$/, '')) : location;
}
