/**
 * Runs a pipeline on a MiniCluster of its own, made for the job and closed with it. Mirrors: LocalExecutor,
 * PerJobMiniClusterFactory.
 */
import { setFlagsFromString } from 'node:v8';
import type { JobClient } from '../../api/job-client.js';
import type { Pipeline, PipelineExecutor } from '../../api/pipeline-executor.js';
import { LocalProgram, type ProgramLoader } from '../../client/local-program.js';
import type { Configuration } from '../../config/configuration.js';
import { CoreOptions, JobManagerOptions, TaskManagerOptions } from '../../config/options.js';
import { type Environment, systemEnvironment } from '../../core/environment.js';
import { type JobId, newId } from '../../core/ids.js';
import type { JobGraph } from '../../graph/job-graph.js';
import { createJobGraph } from '../../graph/job-graph-generator.js';
import { createStreamGraph } from '../../graph/stream-graph-generator.js';
import { LocalJobClient } from './local-job-client.js';
import { MiniCluster } from './mini-cluster.js';

/** With six realistic functions V8's default inlining budget undoes fusion: 161–190 ns a record instead of 111. */
export const RUNTIME_V8_FLAGS = ['--max-inlined-bytecode-size=2000', '--max-inlined-bytecode-size-cumulative=6000'] as const;

export interface LocalExecutorOptions {
  readonly environment?: Environment;
  /** How slots get the program; default: bundle the script that node was started with. */
  readonly program?: ProgramLoader;
  readonly console?: (stream: 'stdout' | 'stderr', text: string) => void;
}

export class LocalExecutor implements PipelineExecutor {
  private readonly options: LocalExecutorOptions;
  private readonly environment: Environment;
  private readonly program: ProgramLoader;

  constructor(options: LocalExecutorOptions = {}) {
    this.options = options;
    this.environment = options.environment ?? systemEnvironment();
    this.program = options.program ?? new LocalProgram(this.environment);
  }

  async execute(pipeline: Pipeline): Promise<JobClient> {
    const configuration = withLocalDefaults(pipeline.configuration);
    const streamGraph = createStreamGraph({ ...pipeline, configuration });
    const jobId = newId<JobId>(this.environment.random);
    const jobGraph = createJobGraph(streamGraph, { jobId, configuration });
    const { reference, release } = await this.program.refer(pipeline, streamGraph);
    for (const flag of RUNTIME_V8_FLAGS) setFlagsFromString(flag);
    const cluster = new MiniCluster({
      ...this.clusterSize(configuration, jobGraph),
      configuration,
      environment: this.environment,
      slots: reference.kind === 'bundle' ? 'threads' : 'in-process',
      ...(this.options.console === undefined ? {} : { console: this.options.console }),
    });
    const close = async (): Promise<void> => {
      await cluster.close();
      await release();
    };
    try {
      await cluster.start();
      await cluster.dispatcher.submitJob({ jobGraph, program: reference });
    } catch (error) {
      await close();
      throw error;
    }
    const client = new LocalJobClient(jobGraph, cluster.dispatcher, close);
    this.program.onSubmitted(pipeline.executionIndex, client);
    return client;
  }

  /** As many slots as the job needs, unless the configuration asks for a certain size. */
  private clusterSize(configuration: Configuration, jobGraph: JobGraph): { numTaskManagers: number; numSlotsPerTaskManager: number } {
    const groups = new Map<string, number>();
    for (const { slotSharingGroup, parallelism } of jobGraph.vertices) {
      groups.set(slotSharingGroup, Math.max(groups.get(slotSharingGroup) ?? 0, parallelism));
    }
    const needed = [...groups.values()].reduce((sum, slots) => sum + slots, 0);
    const numTaskManagers = configuration.get(JobManagerOptions.miniClusterTaskManagers);
    const numSlotsPerTaskManager = configuration.has(TaskManagerOptions.numTaskSlots)
      ? configuration.get(TaskManagerOptions.numTaskSlots)
      : Math.ceil(needed / numTaskManagers);
    return { numTaskManagers, numSlotsPerTaskManager };
  }
}

/** Local runs look for the mistakes that only a cluster would punish. */
function withLocalDefaults(configuration: Configuration): Configuration {
  return configuration.has(CoreOptions.recordChecks) ? configuration : configuration.with({ [CoreOptions.recordChecks.key]: 'sampled' });
}
