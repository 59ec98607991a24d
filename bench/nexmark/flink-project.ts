/** Builds bench/flink into the cache when it changed, and says how its jobs are started. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import type { Command } from './measured-run.js';

const PROJECT = join(REPOSITORY_ROOT, 'bench', 'flink');

/** What Flink's own configuration gives a JVM; and the collector with the best rates here, where Flink's scripts have G1. */
const JVM_FLAGS = [
  '-XX:+UseParallelGC',
  ...['lang', 'net', 'io', 'nio', 'text', 'time', 'util', 'util.concurrent', 'util.concurrent.atomic'].map(
    (name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`,
  ),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
];

export class FlinkProject {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Rejects with what Maven said when the project does not build. */
  static async build(log: (line: string) => void): Promise<FlinkProject> {
    const folder = join(await cacheFolder(), 'bench-flink');
    const stamp = join(folder, 'built-from.sha256');
    const sources = await hashOfSources();
    if (!existsSync(stamp) || (await readFile(stamp, 'utf8')) !== sources) {
      log(`Building bench/flink into ${folder}`);
      await mkdir(folder, { recursive: true });
      const maven = ['--quiet', '--batch-mode', '-DskipTests', `-Dbuild.folder=${folder}`, 'package'];
      await promisify(execFile)('mvn', maven, { cwd: PROJECT, maxBuffer: 1 << 26 }).catch((error: unknown) => {
        const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
        throw new Error(`bench/flink does not build:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
      });
      await writeFile(stamp, sources);
    }
    return new FlinkProject(folder);
  }

  command(heapGigabytes: number): Command {
    const heap = [`-Xms${heapGigabytes}g`, `-Xmx${heapGigabytes}g`];
    const classPath = `${join(this.folder, 'classes')}:${join(this.folder, 'lib', '*')}`;
    return ['java', ...heap, ...JVM_FLAGS, '-cp', classPath, 'nexmark.race.RaceJob'];
  }
}

/** The folder of bin/common.sh; marked as ours when it is new, so that bin/clean removes it. */
async function cacheFolder(): Promise<string> {
  const { FLINK_YARN_CACHE, XDG_CACHE_HOME } = process.env;
  const cache = FLINK_YARN_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'flink-yarn');
  if (!existsSync(cache)) {
    await mkdir(cache, { recursive: true });
    const mark =
      'Signature: 8a477f597d28d172789f06886806bc55\n# Downloads of flink-yarn; bin/clean removes this folder.\n';
    await writeFile(join(cache, 'CACHEDIR.TAG'), mark);
  }
  return cache;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(PROJECT, 'pom.xml')));
  const sources = join(PROJECT, 'src', 'main');
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) hash.update(file.slice(sources.length)).update(await readFile(file));
  return hash.digest('hex');
}
