/**
 * The port to files, wherever they are: what connectors, checkpoints and blobs need, and nothing else.
 * Each scheme has an adapter; all keep test/conformance/file-system.conformance.ts. Mirrors: FileSystem.
 */
import { FlinkError } from '../core/errors.js';

export interface FileStatus {
  readonly path: string;
  readonly isDirectory: boolean;
  /** 0 for directories. */
  readonly lengthBytes: number;
  readonly modificationTimeMs: number;
}

/** Random access to the bytes of a file. */
export interface FileReader {
  /**
   * Reads at `positionBytes` into `target` and resolves to the number of bytes read: less than `target` only at the
   * end of the file, 0 behind it.
   */
  read(positionBytes: number, target: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/**
 * Appends to a file. `write` is synchronous and only buffers, so that a task may call it per record; whoever writes
 * asks `wantsFlush` and awaits `flush` before going on.
 */
export interface FileWriter {
  /** Text is written as UTF-8. */
  write(data: string | Uint8Array): void;
  /** True once so much is buffered that nothing more should be written before `flush`. */
  readonly wantsFlush: boolean;
  /** Bytes in the file once everything written so far is flushed. Text counts at least one byte a UTF-16 unit. */
  readonly lengthBytes: number;
  /** Hands what is buffered to the file system: readers see it. */
  flush(): Promise<void>;
  /** Flushes, and makes it survive a crash of the machine. */
  sync(): Promise<void>;
  /** Flushes and releases the file. Closing again does nothing. */
  close(): Promise<void>;
}

/** All paths may carry the scheme (`file:///data`). Every method fails with a FileSystemErrorCode. */
export interface FileSystem {
  /** Without colon, e.g. `file`. */
  readonly scheme: string;
  /** The absolute form of a path, without touching the disk: the same file from any working directory. */
  qualify(path: string): string;
  /** Fails with FILE_NOT_FOUND, PERMISSION_DENIED, or IO_ERROR when it is a directory. */
  open(path: string): Promise<FileReader>;
  /** Creates a file that does not exist yet, in a directory that does; two callers at once: one gets FILE_EXISTS. */
  create(path: string): Promise<FileWriter>;
  /**
   * Gives a file another name in one step, durably: readers see the whole file or none. Fails with FILE_EXISTS, and
   * changes nothing, when the target exists. Directories cannot be renamed.
   */
  rename(from: string, to: string): Promise<void>;
  status(path: string): Promise<FileStatus>;
  /** The entries of a directory by ascending name; NOT_A_DIRECTORY for a file. */
  list(directory: string): Promise<readonly FileStatus[]>;
  /** Removes a file, or a directory with all that is in it. What does not exist counts as removed. */
  delete(path: string): Promise<void>;
  /** Creates a directory and its parents; one that exists is left alone. NOT_A_DIRECTORY when a file is in the way. */
  mkdirs(directory: string): Promise<void>;
}

export type FileSystemErrorCode =
  | 'FILE_NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'NOT_A_DIRECTORY'
  | 'FILE_EXISTS'
  | 'IO_ERROR';

const REMEDIES: Readonly<Record<FileSystemErrorCode, string>> = {
  FILE_NOT_FOUND: 'Check the path; relative paths start at the working directory of the program.',
  PERMISSION_DENIED: 'Give the user that runs this process access to the path, or choose another one.',
  NOT_A_DIRECTORY: 'Choose a path on which no part is an ordinary file.',
  FILE_EXISTS: 'Choose another name, or remove the existing file.',
  IO_ERROR: 'See the cause; check the disk and its free space.',
};

/** The only kind of error that a FileSystem throws. `action` completes "cannot …". */
export function fileSystemError(code: FileSystemErrorCode, action: string, path: string, cause?: unknown): FlinkError {
  const reason = code.toLowerCase().replaceAll('_', ' ');
  return new FlinkError(code, `cannot ${action} ${path}: ${reason}`, {
    domain: 'external',
    remedy: REMEDIES[code],
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path of an entry of a directory. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}
