/**
 * Runs a program's main() in this process from a bundle, under the recorded clock and chance that its slots will see, and
 * its jobs wherever the executor says. Used by `flink run` and by MiniCluster.run. Mirrors: ClientUtils.executeProgram.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as api from '../../index.js';
import { setExecutionContext } from '../../api/execution-context.js';
import type { PipelineExecutor } from '../../api/pipeline-executor.js';
import { LocalProgram, type ProgramLoader, recordWorld } from '../../client/local-program.js';
import { bundleProgram } from '../../client/program-bundler.js';
import type { Configuration } from '../../config/configuration.js';
import type { Environment } from '../../core/environment.js';
import { publishApi } from '../../program/api-namespace.js';
import { enterRecordedWorld } from '../../program/recorded-world.js';

export interface ProgramRun {
  /** Absolute path of the entry. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Options from outside; the program's own win. */
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly executor: (program: ProgramLoader) => PipelineExecutor;
}

/** Resolves with what the program exports when its module has run, top-level awaits included; rejects with what it throws. */
export async function runProgram({ entry, args, configuration, environment, executor }: ProgramRun): Promise<unknown> {
  const bundle = await bundleProgram(entry);
  const outerArgv = process.argv;
  process.argv = [process.execPath, entry, ...args];
  process.setSourceMapsEnabled(true);
  publishApi(api);
  const world = recordWorld(environment);
  const program = new LocalProgram(environment, { entry, bundle, world, configuration });
  const inner = executor(program);
  const leaveWorld = enterRecordedWorld(world);
  // The recorded world ends with the first execute(): the job runs in the real one.
  const leaving: PipelineExecutor = {
    execute: (pipeline) => {
      leaveWorld();
      return inner.execute(pipeline);
    },
  };
  setExecutionContext({ configuration, executor: leaving });
  const folder = await mkdtemp(join(tmpdir(), 'flink-yarn-main-'));
  try {
    const path = join(folder, 'main.mjs');
    await writeFile(path, bundle.code);
    return await import(pathToFileURL(path).href);
  } finally {
    leaveWorld();
    setExecutionContext(undefined);
    process.argv = outerArgv;
    await rm(folder, { recursive: true, force: true });
  }
}
