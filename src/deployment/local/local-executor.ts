/**
 * Runs a pipeline on a MiniCluster of its own, made for the job and closed with it. Mirrors: LocalExecutor,
 * PerJobMiniClusterFactory.
 */
import type { JobClient } from '../../api/job-client.js';
import type { Pipeline, PipelineExecutor } from '../../api/pipeline-executor.js';
import { LocalProgram, type ProgramLoader } from '../../client/local-program.js';
import type { Configuration } from '../../config/configuration.js';
import { JobManagerOptions, TaskManagerOptions } from '../../config/options.js';
import { type Environment, systemEnvironment } from '../../core/environment.js';
import type { JobGraph } from '../../graph/job-graph.js';
import { LocalJobClient } from './local-job-client.js';
import { MiniCluster } from './mini-cluster.js';
import { prepareJob } from './mini-cluster-executor.js';

export interface LocalExecutorOptions {
  readonly environment?: Environment;
  /** How slots get the program; default: bundle the script that node was started with. */
  readonly program?: ProgramLoader;
  /** Options set from outside, which slots that run the program again have to see as well. */
  readonly configuration?: Configuration;
}

export class LocalExecutor implements PipelineExecutor {
  private readonly environment: Environment;
  private readonly program: ProgramLoader;

  constructor(options: LocalExecutorOptions = {}) {
    this.environment = options.environment ?? systemEnvironment();
    const { configuration } = options;
    this.program =
      options.program ?? new LocalProgram(this.environment, configuration === undefined ? {} : { configuration });
  }

  async execute(pipeline: Pipeline): Promise<JobClient> {
    const { jobGraph, program, configuration } = await prepareJob(pipeline, this.program, this.environment);
    const cluster = new MiniCluster({
      ...clusterSize(configuration, jobGraph),
      configuration,
      environment: this.environment,
    });
    const close = async (): Promise<void> => {
      await cluster.close();
      await program.release();
    };
    try {
      await cluster.start();
      await cluster.dispatcher.submitJob({ jobGraph, program: program.reference });
    } catch (error) {
      await close();
      throw error;
    }
    const client = new LocalJobClient(jobGraph, cluster.dispatcher, close);
    this.program.onSubmitted(pipeline.executionIndex, client);
    return client;
  }
}

/** As many slots as the job needs, unless the configuration asks for a certain size. */
function clusterSize(
  configuration: Configuration,
  jobGraph: JobGraph,
): { numTaskManagers: number; numSlotsPerTaskManager: number } {
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
