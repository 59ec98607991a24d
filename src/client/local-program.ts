/**
 * How slots of this machine get at a program's functions: through a bundle of its entry, which every slot thread runs
 * again up to the `execute()`; or, where that cannot work (a test, a REPL, a library), through this process's memory.
 */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pipeline } from '../api/pipeline-executor.js';
import type { Configuration } from '../config/configuration.js';
import type { Environment } from '../core/environment.js';
import { logicalPlanText } from '../graph/plan-diff.js';
import type { StreamGraph } from '../graph/stream-graph.js';
import { registerProgram, releaseProgram } from '../program/program-registry.js';
import type { EarlierJob, ProgramReference, RecordedWorld } from '../protocol/job-messages.js';
import type { GatewayJobClient } from './gateway-job-client.js';
import { bundleProgram, type ProgramBundle } from './program-bundler.js';

export interface ReferredProgram {
  readonly reference: ProgramReference;
  /** Removes what was stored for the job. */
  release(): Promise<void>;
}

export interface ProgramLoader {
  refer(pipeline: Pipeline, graph: StreamGraph): Promise<ReferredProgram>;
  /** Told of each submitted job: later jobs of the program replay what it returned. */
  onSubmitted(executionIndex: number, client: GatewayJobClient): void;
}

export interface LocalProgramOptions {
  /** The entry module; default: the script that node was started with. */
  readonly entry?: string;
  /** False for programs that live in the calling process only: nothing is bundled. Default true. */
  readonly isBound?: boolean;
  /** Given when the program was started from its bundle already; then it can be bound for certain. */
  readonly bundle?: ProgramBundle;
  readonly world?: RecordedWorld;
  /** Options that the program was started with from outside. */
  readonly configuration?: Configuration;
}

export class LocalProgram implements ProgramLoader {
  private readonly environment: Environment;
  private readonly options: LocalProgramOptions;
  private readonly world: RecordedWorld;
  private readonly clients: GatewayJobClient[] = [];
  private bundle: Promise<ProgramBundle | undefined> | undefined;

  constructor(environment: Environment, options: LocalProgramOptions = {}) {
    this.environment = environment;
    this.options = options;
    this.world = options.world ?? recordWorld(environment);
  }

  async refer(pipeline: Pipeline, graph: StreamGraph): Promise<ReferredProgram> {
    this.bundle ??= this.options.bundle === undefined ? this.bundleEntry() : Promise.resolve(this.options.bundle);
    const bundle = await this.bundle;
    if (bundle !== undefined && (await this.canBind(bundle, pipeline)))
      return this.referBundle(bundle, pipeline, graph);
    const key = `program-${this.environment.random.hex(8)}`;
    registerProgram(key, graph);
    return { reference: { kind: 'in-process', key }, release: () => Promise.resolve(releaseProgram(key)) };
  }

  onSubmitted(executionIndex: number, client: GatewayJobClient): void {
    this.clients[executionIndex] = client;
  }

  private async referBundle(bundle: ProgramBundle, pipeline: Pipeline, graph: StreamGraph): Promise<ReferredProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'flink-yarn-program-'));
    const path = join(folder, 'job.mjs');
    await writeFile(path, bundle.code);
    const reference: ProgramReference = {
      kind: 'bundle',
      bundleUrl: pathToFileURL(path).href,
      world: this.world,
      executionIndex: pipeline.executionIndex,
      configuration: this.options.configuration?.toObject() ?? {},
      planText: logicalPlanText(graph),
      earlierJobs: this.clients
        .slice(0, pipeline.executionIndex)
        .map((client) => client.earlierJob() ?? unfinished(client)),
    };
    return { reference, release: () => rm(folder, { recursive: true, force: true }) };
  }

  /** Undefined when there is no entry or it does not bundle: a REPL, or a runner that loads the program in other ways. */
  private async bundleEntry(): Promise<ProgramBundle | undefined> {
    const entry = this.options.entry ?? process.argv[1];
    if (entry === undefined || this.options.isBound === false) return undefined;
    try {
      return await bundleProgram(await realpath(entry));
    } catch (error) {
      this.environment.log.debug('The program is not bundled; its slots run in the calling thread', { entry, error });
      return undefined;
    }
  }

  /** Running the entry again reaches this execute() only if the entry leads to its caller. */
  private async canBind(bundle: ProgramBundle, pipeline: Pipeline): Promise<boolean> {
    if (this.options.bundle !== undefined) return true;
    if (!bundle.isBindable || pipeline.callerFile === undefined) return false;
    const caller = await realpath(pipeline.callerFile).catch(() => undefined);
    return caller !== undefined && bundle.inputs.has(caller);
  }
}

/** Time and chance as of now, for all slots alike. */
export function recordWorld(environment: Environment, argv: readonly string[] = process.argv): RecordedWorld {
  return { submissionTime: environment.clock.now(), seed: environment.random.nextInt(2 ** 31), argv: [...argv] };
}

/** A job that still runs: the program has not seen its result yet either. */
function unfinished(client: GatewayJobClient): EarlierJob {
  return { result: { jobId: client.jobId, jobName: '', netRuntimeMs: 0, accumulators: {} }, collected: {} };
}
