/** What connectors of users need to reach files. */
export { baseName, fileSystemError, joinPath } from './file-system.js';
export type { FileReader, FileStatus, FileSystem, FileSystemErrorCode, FileWriter } from './file-system.js';
export { fileSystemOf, qualifyPath, registerFileSystem } from './file-system-registry.js';
export { LocalFileSystem } from './local-file-system.js';
export { MemoryFileSystem } from './memory-file-system.js';
