import { expect } from 'chai';
import { Configuration } from '../../../src/config/configuration.js';
import { noFaults } from '../../../src/core/environment.js';
import { FlinkError } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { MainThread } from '../../../src/core/main-thread.js';
import { SeededRandom } from '../../../src/core/random.js';
import { LocalRpcNetwork } from '../../../src/rpc/local/local-rpc-network.js';
import { LocalRpcService } from '../../../src/rpc/local/local-rpc-service.js';
import { REGISTRATION_REFUSED, RetryingRegistration } from '../../../src/rpc/retrying-registration.js';
import { RpcEndpoint } from '../../../src/rpc/rpc-endpoint.js';
import type { RpcService } from '../../../src/rpc/rpc-service.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

class Registry extends RpcEndpoint {
  readonly remoteMethods = new Set(['register']);
  readonly attempts: number[] = [];
  answer: () => Promise<string> = async () => 'welcome';

  constructor(rpcService: RpcService) {
    super(rpcService, 'registry');
  }

  register(): Promise<string> {
    this.attempts.push(this.rpcService.environment.clock.monotonic());
    return this.answer();
  }
}

describe('RetryingRegistration', () => {
  let clock: ManualClock;
  let registry: Registry;
  let welcomed: string[];
  let registration: RetryingRegistration<Registry, string>;

  beforeEach(() => {
    clock = new ManualClock();
    welcomed = [];
    const environment = { clock, random: new SeededRandom(1), log: silentLogger, faults: noFaults };
    const network = new LocalRpcNetwork();
    const client = new LocalRpcService(network, 'client', environment, new Configuration());
    registry = new Registry(new LocalRpcService(network, 'server', environment, new Configuration()));
    const thread = new MainThread('test', clock, (error) => {
      throw error;
    });
    const target = {
      name: 'Registry',
      address: registry.address,
      fencingToken: undefined,
      register: (gateway: Registry) => gateway.register(),
    };
    registration = new RetryingRegistration(client, thread, silentLogger, target, {
      onRegistered: (_gateway, answer) => welcomed.push(answer),
    });
  });

  it('registers at once when somebody is there', async () => {
    const started = registry.start();
    registration.start();
    await clock.flush();
    await started;
    expect(welcomed).to.deep.equal(['welcome']);
    expect(clock.pending).to.equal(0);
  });

  it('keeps asking until somebody comes, less and less often', async () => {
    registration.start();
    await clock.advanceAsync(5_000);
    const started = registry.start();
    await clock.advanceAsync(10_000);
    await started;
    expect(welcomed).to.deep.equal(['welcome']);
  });

  it('waits twice as long for each answer that does not come, up to 30 s', async () => {
    const started = registry.start();
    registry.answer = () => new Promise(() => undefined);
    registration.start();
    await clock.advanceAsync(200_000);
    await started;
    const pauses = registry.attempts.map((at, index) => at - (registry.attempts[index - 1] ?? 0));
    const expected = [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000];
    expect(pauses.slice(0, 12)).to.deep.equal(expected);
  });

  it('pauses 10 s after an error and 30 s after a refusal', async () => {
    const started = registry.start();
    registry.answer = () => Promise.reject(new Error('out of order'));
    registration.start();
    await clock.advanceAsync(10_000);
    await started;
    expect(registry.attempts).to.deep.equal([0, 10_000]);
    registry.answer = () => Promise.reject(new FlinkError(REGISTRATION_REFUSED, 'not you'));
    await clock.advanceAsync(10_000);
    expect(registry.attempts).to.deep.equal([0, 10_000, 20_000]);
    await clock.advanceAsync(29_999);
    expect(registry.attempts).to.have.length(3);
    registry.answer = async () => 'welcome';
    await clock.advanceAsync(1);
    expect(welcomed).to.deep.equal(['welcome']);
  });

  it('says nothing after it was cancelled', async () => {
    const started = registry.start();
    registration.start();
    registration.cancel();
    await clock.advanceAsync(60_000);
    await started;
    expect(welcomed).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });
});
