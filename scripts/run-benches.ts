/** Runs the named benches (all without names), one after the other, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.js';

/** What the runtime sets for slots: with V8's own limits the functions of a long chain are not inlined. */
const V8_FLAGS = ['--max-inlined-bytecode-size=2000', '--max-inlined-bytecode-size-cumulative=6000'];

const names = readdirSync(join(REPOSITORY_ROOT, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace(/\.bench\.ts$/, ''))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no bench '${unknown.join("', '")}'; there are ${names.join(', ')}`);

for (const name of wanted.length === 0 ? names : wanted) {
  process.stdout.write(`\n── ${name} ──\n`);
  const command = [...V8_FLAGS, join('dist', 'bench', `${name}.bench.js`)];
  const { status } = spawnSync(process.execPath, command, { cwd: REPOSITORY_ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
