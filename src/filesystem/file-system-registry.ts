/**
 * Which file system serves a path: by its scheme, `file` when it has none. Kept on a global symbol, so that a scheme
 * registered by a program reaches every loaded copy of this package. Mirrors: FileSystem.get(URI).
 */
import { FlinkError } from '../core/errors.js';
import type { FileSystem } from './file-system.js';
import { LocalFileSystem } from './local-file-system.js';

const REGISTRY = Symbol.for('flink-yarn.file-systems');
type Holder = { [REGISTRY]?: Map<string, FileSystem> };

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//;

/** Paths that begin with `<scheme>://` go to `fileSystem` from now on. */
export function registerFileSystem(fileSystem: FileSystem): void {
  registry().set(fileSystem.scheme, fileSystem);
}

/** The file system of a path. Fails with UNSUPPORTED_FILE_SYSTEM when nobody registered its scheme. */
export function fileSystemOf(path: string): FileSystem {
  const scheme = SCHEME.exec(path)?.[1] ?? 'file';
  const found = registry().get(scheme);
  if (found !== undefined) return found;
  throw new FlinkError('UNSUPPORTED_FILE_SYSTEM', `no file system serves '${scheme}://', asked for by ${path}`, {
    domain: 'user',
    remedy: `Use one of ${[...registry().keys()].map((known) => `${known}://`).join(', ')}.`,
    details: { path, scheme },
  });
}

/** The absolute form of a path, e.g. for a program that hands it to processes with another working directory. */
export function qualifyPath(path: string): string {
  return fileSystemOf(path).qualify(path);
}

function registry(): Map<string, FileSystem> {
  const holder = globalThis as Holder;
  holder[REGISTRY] ??= new Map([['file', new LocalFileSystem()]]);
  return holder[REGISTRY];
}
