/** Files of this machine (`file://`, or no scheme). The only place that touches node:fs. Mirrors: LocalFileSystem. */
import { constants, promises as fs } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFlinkError } from '../core/errors.js';
import {
  type FileReader,
  type FileStatus,
  type FileSystem,
  type FileSystemErrorCode,
  type FileWriter,
  fileSystemError,
  joinPath,
} from './file-system.js';
import { WriteBuffer } from './write-buffer.js';

export class LocalFileSystem implements FileSystem {
  readonly scheme = 'file';

  qualify(path: string): string {
    return path.startsWith('file://') ? fileURLToPath(path) : resolve(path);
  }

  async open(path: string): Promise<FileReader> {
    const local = this.qualify(path);
    const handle = await during('open', path, fs.open(local, constants.O_RDONLY));
    const status = await during('open', path, handle.stat());
    if (status.isDirectory()) {
      await handle.close();
      throw fileSystemError('IO_ERROR', 'open', path, new Error('it is a directory'));
    }
    return new LocalFileReader(path, handle);
  }

  async create(path: string): Promise<FileWriter> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    return new LocalFileWriter(path, await during('create', path, fs.open(this.qualify(path), flags)));
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.qualify(from);
    const target = this.qualify(to);
    const status = await during('rename', from, fs.lstat(source));
    if (status.isDirectory()) throw fileSystemError('IO_ERROR', 'rename', from, new Error('it is a directory'));
    await during('rename', from, this.linkUnlessTaken(source, target, to));
    await during('rename', from, fs.unlink(source));
    await during('rename', to, syncDirectory(dirname(target)));
  }

  async status(path: string): Promise<FileStatus> {
    const status = await during('read the status of', path, fs.stat(this.qualify(path)));
    return toFileStatus(path, status);
  }

  async list(directory: string): Promise<readonly FileStatus[]> {
    const names = await during('list', directory, fs.readdir(this.qualify(directory)));
    const found: FileStatus[] = [];
    for (const name of names.sort()) {
      const path = joinPath(directory, name);
      // An entry may go between the listing and this look at it: then it is not there.
      const status = await this.status(path).catch((error: unknown) => {
        if (codeOf(error) !== 'FILE_NOT_FOUND') throw error;
      });
      if (status !== undefined) found.push(status);
    }
    return found;
  }

  async delete(path: string): Promise<void> {
    await during('delete', path, fs.rm(this.qualify(path), { recursive: true, force: true }));
  }

  async mkdirs(directory: string): Promise<void> {
    const local = this.qualify(directory);
    // Node reports a file in the way as EEXIST when it is the last part.
    await during('create the directory', directory, fs.mkdir(local, { recursive: true }), {
      EEXIST: 'NOT_A_DIRECTORY',
    });
  }

  /**
   * link() refuses an existing target in one step, which rename() does not. When a crash came between link() and
   * unlink(), both names are one file: the rename was done and only the old name is left over.
   */
  private async linkUnlessTaken(source: string, target: string, shownTarget: string): Promise<void> {
    try {
      await fs.link(source, target);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!(await isSameFile(source, target))) throw fileSystemError('FILE_EXISTS', 'rename to', shownTarget, error);
    }
  }
}

class LocalFileReader implements FileReader {
  private readonly path: string;
  private readonly handle: fs.FileHandle;

  constructor(path: string, handle: fs.FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  async read(positionBytes: number, target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const rest = this.handle.read(target, filled, target.length - filled, positionBytes + filled);
      const { bytesRead } = await during('read', this.path, rest);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  async close(): Promise<void> {
    await during('close', this.path, this.handle.close());
  }
}

class LocalFileWriter implements FileWriter {
  private readonly path: string;
  private readonly handle: fs.FileHandle;
  private readonly buffer = new WriteBuffer();
  private flushedBytes = 0;
  private isClosed = false;
  /** Flushes run one after the other, in the order of the calls. */
  private lastFlush: Promise<void> = Promise.resolve();

  constructor(path: string, handle: fs.FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  get wantsFlush(): boolean {
    return this.buffer.wantsFlush;
  }

  get lengthBytes(): number {
    return this.flushedBytes + this.buffer.lengthBytes;
  }

  write(data: string | Uint8Array): void {
    if (this.isClosed) throw fileSystemError('IO_ERROR', 'write to', this.path, new Error('it is closed'));
    this.buffer.write(data);
  }

  flush(): Promise<void> {
    const chunks = this.buffer.drain();
    for (const chunk of chunks) this.flushedBytes += chunk.length;
    this.lastFlush = this.lastFlush.then(() => during('write to', this.path, this.writeAll(chunks)));
    return this.lastFlush;
  }

  async sync(): Promise<void> {
    await this.flush();
    await during('sync', this.path, this.handle.sync());
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      await this.flush();
    } finally {
      await during('close', this.path, this.handle.close());
    }
  }

  private async writeAll(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      let written = 0;
      while (written < chunk.length) {
        const { bytesWritten } = await this.handle.write(chunk, written, chunk.length - written);
        written += bytesWritten;
      }
    }
  }
}

const CODES: Readonly<Record<string, FileSystemErrorCode>> = {
  ENOENT: 'FILE_NOT_FOUND',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  EROFS: 'PERMISSION_DENIED',
  ENOTDIR: 'NOT_A_DIRECTORY',
  EEXIST: 'FILE_EXISTS',
};

/** Settles as `work` does, with the operating system's errors as ours. */
async function during<T>(
  action: string,
  path: string,
  work: Promise<T>,
  special: Readonly<Record<string, FileSystemErrorCode>> = {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isFlinkError(error)) throw error;
    const code = codeOf(error) ?? '';
    throw fileSystemError(special[code] ?? CODES[code] ?? 'IO_ERROR', action, path, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? (error as { code?: string }).code : undefined;
}

function toFileStatus(path: string, status: Awaited<ReturnType<typeof fs.stat>>): FileStatus {
  const isDirectory = status.isDirectory();
  return {
    path,
    isDirectory,
    lengthBytes: isDirectory ? 0 : Number(status.size),
    modificationTimeMs: Number(status.mtimeMs),
  };
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([fs.lstat(a), fs.lstat(b)]);
  return first.dev === second.dev && first.ino === second.ino;
}

/** A new name survives a crash only once its directory is on the disk. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
