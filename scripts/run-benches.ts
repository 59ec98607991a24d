/** Runs the named benches (all without names), one after the other, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.js';

/** Files of bench/ that ask a question; the others are parts of them. */
const BENCHES = ['chain', 'flights', 'startup', 'exchange', 'serialization', 'nexmark-generator'];

/** What the runtime sets for slots: with V8's own limits the functions of a long chain are not inlined. */
const V8_FLAGS = ['--max-inlined-bytecode-size=2000', '--max-inlined-bytecode-size-cumulative=6000'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) throw new Error(`no bench '${unknown.join("', '")}'; there are ${BENCHES.join(', ')}`);

for (const name of wanted.length === 0 ? BENCHES : wanted) {
  process.stdout.write(`\n── ${name} ──\n`);
  const command = [...V8_FLAGS, join('dist', 'bench', `${name}.js`)];
  const { status } = spawnSync(process.execPath, command, { cwd: REPOSITORY_ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
