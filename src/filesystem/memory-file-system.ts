/** Files in memory, for tests and the simulation: the same contract as any other file system, and no disk. */
import {
  type FileReader,
  type FileStatus,
  type FileSystem,
  type FileWriter,
  fileSystemError,
  joinPath,
} from './file-system.js';
import { WriteBuffer } from './write-buffer.js';

interface MemoryFile {
  bytes: Buffer;
  modificationTimeMs: number;
}

type Entry = MemoryFile | 'directory';

export class MemoryFileSystem implements FileSystem {
  readonly scheme: string;
  private readonly entries = new Map<string, Entry>([['/', 'directory']]);
  private readonly denied = new Set<string>();
  /** Modification times count changes: nothing here reads a clock. */
  private changes = 0;

  constructor(scheme = 'memory') {
    this.scheme = scheme;
  }

  /** From now on everything at and below `path` fails with PERMISSION_DENIED. */
  deny(path: string): void {
    this.denied.add(this.keyOf(path));
  }

  qualify(path: string): string {
    return `${this.scheme}://${this.keyOf(path)}`;
  }

  async open(path: string): Promise<FileReader> {
    const entry = this.entryAt('open', path);
    if (entry === 'directory') throw fileSystemError('IO_ERROR', 'open', path, new Error('it is a directory'));
    return new MemoryFileReader(entry);
  }

  async create(path: string): Promise<FileWriter> {
    const key = this.keyOf(path);
    this.checkParent('create', path);
    if (this.entries.has(key)) throw fileSystemError('FILE_EXISTS', 'create', path);
    const file: MemoryFile = { bytes: Buffer.alloc(0), modificationTimeMs: ++this.changes };
    this.entries.set(key, file);
    return new MemoryFileWriter(path, file, () => ++this.changes);
  }

  async rename(from: string, to: string): Promise<void> {
    const entry = this.entryAt('rename', from);
    if (entry === 'directory') throw fileSystemError('IO_ERROR', 'rename', from, new Error('it is a directory'));
    this.checkParent('rename to', to);
    if (this.entries.has(this.keyOf(to))) throw fileSystemError('FILE_EXISTS', 'rename to', to);
    this.entries.delete(this.keyOf(from));
    this.entries.set(this.keyOf(to), entry);
  }

  async status(path: string): Promise<FileStatus> {
    return toFileStatus(path, this.entryAt('read the status of', path));
  }

  async list(directory: string): Promise<readonly FileStatus[]> {
    const entry = this.entryAt('list', directory);
    if (entry !== 'directory') throw fileSystemError('NOT_A_DIRECTORY', 'list', directory);
    const prefix = joinPath(this.keyOf(directory), '');
    const names = [...this.entries.keys()].filter((key) => isChild(key, prefix)).map((key) => key.slice(prefix.length));
    return names.sort().map((name) => {
      const path = joinPath(directory, name);
      return toFileStatus(path, this.entryAt('list', path));
    });
  }

  async delete(path: string): Promise<void> {
    const key = this.keyOf(path);
    this.checkAccess('delete', path);
    this.checkParents('delete', path);
    for (const other of [...this.entries.keys()]) {
      if (other === key || other.startsWith(joinPath(key, ''))) this.entries.delete(other);
    }
  }

  async mkdirs(directory: string): Promise<void> {
    let key = '';
    for (const part of this.keyOf(directory).split('/').slice(1)) {
      key += `/${part}`;
      this.checkAccess('create the directory', directory);
      const entry = this.entries.get(key);
      if (entry === undefined) this.entries.set(key, 'directory');
      else if (entry !== 'directory') throw fileSystemError('NOT_A_DIRECTORY', 'create the directory', directory);
    }
  }

  private keyOf(path: string): string {
    const withoutScheme = path.startsWith(`${this.scheme}://`) ? path.slice(this.scheme.length + 3) : path;
    const parts = withoutScheme.split('/').filter((part) => part !== '' && part !== '.');
    return `/${parts.join('/')}`;
  }

  private entryAt(action: string, path: string): Entry {
    this.checkAccess(action, path);
    const entry = this.entries.get(this.keyOf(path));
    if (entry !== undefined) return entry;
    this.checkParents(action, path);
    throw fileSystemError('FILE_NOT_FOUND', action, path);
  }

  private checkParent(action: string, path: string): void {
    this.checkAccess(action, path);
    this.checkParents(action, path);
    const parent = this.entries.get(parentOf(this.keyOf(path)));
    if (parent === undefined) throw fileSystemError('FILE_NOT_FOUND', action, path);
  }

  /** NOT_A_DIRECTORY when a part before the last one is a file. */
  private checkParents(action: string, path: string): void {
    for (let key = parentOf(this.keyOf(path)); key !== '/'; key = parentOf(key)) {
      const entry = this.entries.get(key);
      const isFile = entry !== undefined && entry !== 'directory';
      if (isFile) throw fileSystemError('NOT_A_DIRECTORY', action, path);
    }
  }

  private checkAccess(action: string, path: string): void {
    const key = this.keyOf(path);
    for (const denied of this.denied) {
      if (key === denied || key.startsWith(joinPath(denied, ''))) {
        throw fileSystemError('PERMISSION_DENIED', action, path);
      }
    }
  }
}

class MemoryFileReader implements FileReader {
  private readonly file: MemoryFile;

  constructor(file: MemoryFile) {
    this.file = file;
  }

  async read(positionBytes: number, target: Uint8Array): Promise<number> {
    return this.file.bytes.copy(target, 0, Math.min(positionBytes, this.file.bytes.length));
  }

  async close(): Promise<void> {
    // nothing is held
  }
}

class MemoryFileWriter implements FileWriter {
  private readonly path: string;
  private readonly file: MemoryFile;
  private readonly nextChange: () => number;
  private readonly buffer = new WriteBuffer();
  private isClosed = false;

  constructor(path: string, file: MemoryFile, nextChange: () => number) {
    this.path = path;
    this.file = file;
    this.nextChange = nextChange;
  }

  get wantsFlush(): boolean {
    return this.buffer.wantsFlush;
  }

  get lengthBytes(): number {
    return this.file.bytes.length + this.buffer.lengthBytes;
  }

  write(data: string | Uint8Array): void {
    if (this.isClosed) throw fileSystemError('IO_ERROR', 'write to', this.path, new Error('it is closed'));
    this.buffer.write(data);
  }

  async flush(): Promise<void> {
    this.file.bytes = Buffer.concat([this.file.bytes, ...this.buffer.drain()]);
    this.file.modificationTimeMs = this.nextChange();
  }

  sync(): Promise<void> {
    return this.flush();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.flush();
  }
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(1, key.lastIndexOf('/')));
}

function isChild(key: string, prefix: string): boolean {
  return key.length > prefix.length && key.startsWith(prefix) && !key.includes('/', prefix.length);
}

function toFileStatus(path: string, entry: Entry): FileStatus {
  return entry === 'directory'
    ? { path, isDirectory: true, lengthBytes: 0, modificationTimeMs: 0 }
    : { path, isDirectory: false, lengthBytes: entry.bytes.length, modificationTimeMs: entry.modificationTimeMs };
}
