import { expect } from 'chai';
import { FlinkError } from '../../../../src/core/errors.js';
import type { FencingToken, JobId, ResourceId } from '../../../../src/core/ids.js';
import type {
  ResourceEventHandler,
  ResourceManagerDriver,
} from '../../../../src/jobmanager/resourcemanager/resource-manager-driver.js';
import { JobManager } from '../../../../src/jobmanager/job-manager.js';
import type { ResourceManagerGateway } from '../../../../src/protocol/gateways.js';
import { sourceToSink } from '../../../helpers/job-graphs.js';
import { JobManagerHarness } from '../../../helpers/job-manager-harness.js';

describe('ResourceManager', () => {
  let harness: JobManagerHarness;

  afterEach(async () => {
    await harness.stop();
  });

  function overview() {
    return harness.settle(harness.resourceManager.requestClusterOverview());
  }

  async function codeOf(promise: Promise<unknown>): Promise<unknown> {
    const error = await harness.settle(promise.catch((reason: unknown) => reason));
    return (error as FlinkError).code;
  }

  it('counts TaskManagers and slots', async () => {
    harness = await JobManagerHarness.start([2, 3]);
    expect(await overview()).to.deep.equal({ taskManagers: 2, slotsTotal: 5, slotsAvailable: 5 });
    await harness.submit(sourceToSink());
    expect(await overview()).to.deep.equal({ taskManagers: 2, slotsTotal: 5, slotsAvailable: 3 });
  });

  it('drops a TaskManager that is silent, and takes it back when it registers again', async () => {
    harness = await JobManagerHarness.start([1]);
    const tm = harness.tm(1);
    tm.answersHeartbeats = false;
    await harness.advance(51_000);
    expect((await overview()).taskManagers).to.equal(0);
    expect(tm.disconnects).to.deep.equal(['no heartbeat for 50000 ms']);
    expect(await codeOf(harness.resourceManager.heartbeatFromTaskExecutor(tm.resourceId, tm.slotReport()))).to.equal(
      'UNKNOWN_TASK_EXECUTOR',
    );
    tm.answersHeartbeats = true;
    await harness.settle(tm.register());
    expect(await overview()).to.deep.equal({ taskManagers: 1, slotsTotal: 1, slotsAvailable: 1 });
  });

  it('answers a repeated registration alike and keeps what it knows of the slots', async () => {
    harness = await JobManagerHarness.start([2]);
    await harness.submit(sourceToSink());
    const { address, resourceId } = harness.tm(1);
    const registration = { address, resourceId, numSlots: 2 };
    const first = await harness.settle(harness.resourceManager.registerTaskExecutor(registration));
    const second = await harness.settle(harness.resourceManager.registerTaskExecutor(registration));
    expect(second).to.deep.equal(first);
    expect((await overview()).slotsAvailable).to.equal(0);
  });

  it('refuses a slot report for a registration of the past', async () => {
    harness = await JobManagerHarness.start([1]);
    const { resourceId } = harness.tm(1);
    expect(await codeOf(harness.resourceManager.sendSlotReport(resourceId, 'older' as never, { slots: [] }))).to.equal(
      'UNKNOWN_TASK_EXECUTOR',
    );
  });

  it('refuses requirements of a JobMaster that is not registered', async () => {
    harness = await JobManagerHarness.start([1]);
    const requirements = { jobId: 'job' as JobId, jobMasterAddress: 'address', numSlots: 1 };
    const declared = harness.resourceManager.declareRequiredResources('token' as FencingToken, requirements);
    expect(await codeOf(declared)).to.equal('UNKNOWN_JOB_MASTER');
  });

  it('refuses a TaskManager that cannot be reached', async () => {
    harness = await JobManagerHarness.start([]);
    const registration = { address: 'local://nowhere/taskmanager', resourceId: 'x' as ResourceId, numSlots: 1 };
    expect(await codeOf(harness.resourceManager.registerTaskExecutor(registration))).to.equal('RECIPIENT_UNREACHABLE');
  });

  it('gives a goodbye effect at once', async () => {
    harness = await JobManagerHarness.start([1, 1]);
    await harness.settle(harness.resourceManager.disconnectTaskExecutor(harness.tm(1).resourceId, 'bye'));
    expect((await overview()).taskManagers).to.equal(1);
  });

  it('lets a job keep its tasks when its JobMaster has to register again', async () => {
    harness = await JobManagerHarness.start([2]);
    const job = sourceToSink();
    await harness.submit(job);
    await harness.settle(harness.resourceManager.disconnectJobMaster(job.jobId, 'test'));
    await harness.advance(120_000);
    expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 0 });
    harness.kill(harness.tm(1));
    await harness.addTaskManager(2);
    expect((await overview()).slotsTotal).to.equal(4);
  });

  describe('with a driver', () => {
    class FakeDriver implements ResourceManagerDriver {
      handler!: ResourceEventHandler;
      readonly requests: number[] = [];
      readonly deregistered: string[] = [];
      fails = false;
      private readonly now: () => number;

      constructor(now: () => number) {
        this.now = now;
      }

      async initialize(handler: ResourceEventHandler): Promise<void> {
        this.handler = handler;
      }

      async requestWorker(): Promise<ResourceId> {
        this.requests.push(this.now());
        if (this.fails) throw new FlinkError('QUEUE_FULL', 'no containers');
        return `tm-${this.requests.length}` as ResourceId;
      }

      async releaseWorker(): Promise<void> {}

      async recoverPreviousWorkers(): Promise<void> {}

      async deregister(status: string): Promise<void> {
        this.deregistered.push(status);
      }
    }

    let driver: FakeDriver;
    let jobManager: JobManager;

    beforeEach(async () => {
      harness = new JobManagerHarness({ 'taskmanager.numberOfTaskSlots': '2' });
      driver = new FakeDriver(() => harness.clock.monotonic());
      jobManager = new JobManager(harness.service('active'), driver);
      Object.assign(harness, { jobManager });
      await harness.settle(jobManager.start());
      harness.dispatcher = await harness.settle(jobManager.connectDispatcher());
      harness.resourceManager = await harness.settle(
        harness.service('client').connect<ResourceManagerGateway>(jobManager.resourceManagerAddress),
      );
    });

    it('asks for as many workers as the missing slots need, once', async () => {
      const job = sourceToSink();
      await harness.submit(job);
      expect(driver.requests).to.have.length(1);
      await harness.advance(20_000);
      expect(driver.requests).to.have.length(1);
      await harness.addTaskManager(2);
      expect(await harness.status(job)).to.equal('RUNNING');
      await harness.settle(jobManager.stop(), 30_000);
      expect(driver.deregistered).to.deep.equal(['SUCCEEDED']);
    });

    it('asks again when a worker died before it registered', async () => {
      await harness.submit(sourceToSink());
      driver.handler.onWorkerTerminated('tm-1' as ResourceId, 'out of memory');
      await harness.clock.flush();
      expect(driver.requests).to.have.length(2);
    });

    it('waits before it asks again after a failed request', async () => {
      driver.fails = true;
      await harness.submit(sourceToSink());
      await harness.advance(2_900);
      expect(driver.requests).to.have.length(1);
      await harness.advance(200);
      expect(driver.requests).to.have.length(2);
    });

    it('counts workers of an earlier leader as on their way', async () => {
      driver.handler.onPreviousWorkersRecovered(['tm-9' as ResourceId]);
      await harness.submit(sourceToSink());
      expect(driver.requests).to.have.length(0);
    });
  });
});
