/** Writes the kernel of Nexmark's generator as it is compiled from its sources. */
import { writeFile } from 'node:fs/promises';
import { compileKernel, KERNEL_MODULE } from './nexmark-kernel.js';

await writeFile(KERNEL_MODULE, await compileKernel());
