/** Compiles the kernel of Nexmark's generator, AssemblyScript, into the module that holds it as text. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY_ROOT } from './repository-root.js';

const GENERATOR = join(REPOSITORY_ROOT, 'examples', 'nexmark', 'generator');

/** Where the result belongs. */
export const KERNEL_MODULE = join(GENERATOR, 'kernel-bytes.ts');

/** No part of the language that needs memory is used: `--runtime stub` with nothing in it leaves the memory out. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--noExportMemory'];
const LINE_CHARS = 116;

/** The text of the module. The same sources give the same text. */
export async function compileKernel(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexmark-kernel-'));
  try {
    const target = join(folder, 'kernel.wasm');
    const compiler = join(REPOSITORY_ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
    const arguments_ = [compiler, 'kernel.ts', '--baseDir', join(GENERATOR, 'kernel'), '-o', target, ...OPTIONS];
    await promisify(execFile)(process.execPath, arguments_);
    return moduleOf(await readFile(target));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function moduleOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? [];
  return [
    '/** The WebAssembly of kernel/, in base64. Written by `npm run build:nexmark-kernel`. */',
    'export const KERNEL_BASE64 = `',
    ...lines,
    '`;',
    '',
  ].join('\n');
}
