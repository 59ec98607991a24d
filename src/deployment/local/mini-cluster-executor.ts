/** Submits pipelines to a MiniCluster that lives on. Mirrors: MiniClusterPipelineExecutorServiceLoader. */
import type { JobClient } from '../../api/job-client.js';
import type { Pipeline, PipelineExecutor } from '../../api/pipeline-executor.js';
import { GatewayJobClient } from '../../client/gateway-job-client.js';
import type { ProgramLoader, ReferredProgram } from '../../client/local-program.js';
import type { Configuration } from '../../config/configuration.js';
import { CoreOptions } from '../../config/options.js';
import type { Environment } from '../../core/environment.js';
import { type JobId, newId } from '../../core/ids.js';
import type { JobGraph } from '../../graph/job-graph.js';
import { createJobGraph } from '../../graph/job-graph-generator.js';
import { createStreamGraph } from '../../graph/stream-graph-generator.js';
import type { MiniCluster } from './mini-cluster.js';

export interface PreparedJob {
  readonly jobGraph: JobGraph;
  readonly program: ReferredProgram;
  readonly configuration: Configuration;
}

/** From pipeline to plan; nothing has been started when this throws. */
export async function prepareJob(
  pipeline: Pipeline,
  loader: ProgramLoader,
  environment: Environment,
): Promise<PreparedJob> {
  const configuration = withLocalDefaults(pipeline.configuration);
  const streamGraph = createStreamGraph({ ...pipeline, configuration });
  const jobGraph = createJobGraph(streamGraph, { jobId: newId<JobId>(environment.random), configuration });
  return { jobGraph, program: await loader.refer(pipeline, streamGraph), configuration };
}

/** Local runs look for the mistakes that only a cluster would punish. */
function withLocalDefaults(configuration: Configuration): Configuration {
  return configuration.has(CoreOptions.recordChecks)
    ? configuration
    : configuration.with({ [CoreOptions.recordChecks.key]: 'sampled' });
}

export class MiniClusterExecutor implements PipelineExecutor {
  private readonly cluster: MiniCluster;
  private readonly loader: ProgramLoader;

  constructor(cluster: MiniCluster, loader: ProgramLoader) {
    this.cluster = cluster;
    this.loader = loader;
  }

  async execute(pipeline: Pipeline): Promise<JobClient> {
    const { jobGraph, program } = await prepareJob(pipeline, this.loader, this.cluster.environment);
    try {
      await this.cluster.dispatcher.submitJob({ jobGraph, program: program.reference });
    } catch (error) {
      await program.release();
      throw error;
    }
    const client = new GatewayJobClient(jobGraph.jobId, this.cluster.dispatcher);
    this.loader.onSubmitted(pipeline.executionIndex, client);
    const release = (): Promise<void> => program.release();
    client.getJobExecutionResult().then(release, release);
    return client;
  }
}
