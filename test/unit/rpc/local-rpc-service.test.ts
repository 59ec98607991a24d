import { expect } from 'chai';
import { Configuration } from '../../../src/config/configuration.js';
import { type Environment, noFaults } from '../../../src/core/environment.js';
import { FlinkError, isFlinkError } from '../../../src/core/errors.js';
import type { FencingToken } from '../../../src/core/ids.js';
import { silentLogger } from '../../../src/core/logger.js';
import { SeededRandom } from '../../../src/core/random.js';
import { FencedRpcEndpoint } from '../../../src/rpc/fenced-rpc-endpoint.js';
import { LocalRpcNetwork } from '../../../src/rpc/local/local-rpc-network.js';
import { LocalRpcService } from '../../../src/rpc/local/local-rpc-service.js';
import { gatewayMethods, RpcEndpoint } from '../../../src/rpc/rpc-endpoint.js';
import type { RpcService } from '../../../src/rpc/rpc-service.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

interface EchoGateway {
  echo(value: unknown): Promise<unknown>;
  fail(): Promise<never>;
  never(): Promise<never>;
}

const ECHO_METHODS = gatewayMethods<EchoGateway>({ echo: true, fail: true, never: true });

class EchoEndpoint extends RpcEndpoint implements EchoGateway {
  readonly remoteMethods = ECHO_METHODS;
  readonly seen: unknown[] = [];
  readonly lifeCycle: string[] = [];

  constructor(rpcService: RpcService) {
    super(rpcService, 'echo');
  }

  async echo(value: unknown): Promise<unknown> {
    this.mainThread.assertMainThread();
    this.seen.push(value);
    return value;
  }

  async fail(): Promise<never> {
    throw new FlinkError('BROKEN', 'it broke', { domain: 'user', remedy: 'mend it', cause: new Error('root') });
  }

  never(): Promise<never> {
    return new Promise(() => undefined);
  }

  async hidden(): Promise<string> {
    return 'secret';
  }

  protected override onStart(): void {
    this.lifeCycle.push('start');
  }

  protected override onStop(): void {
    this.lifeCycle.push('stop');
  }
}

class Leader extends FencedRpcEndpoint {
  readonly remoteMethods = new Set(['who']);

  constructor(rpcService: RpcService, token: string) {
    super(rpcService, 'leader', token as FencingToken);
  }

  async who(): Promise<string> {
    return this.fencingToken;
  }
}

/** Keeps messages back until they are let go, in any order. */
class HoldingNetwork extends LocalRpcNetwork {
  holds = false;
  readonly held: (() => void)[] = [];

  protected override deliver(_from: string, _to: string, _message: unknown, run: () => void): void {
    if (this.holds) this.held.push(run);
    else run();
  }
}

describe('LocalRpcService', () => {
  let clock: ManualClock;
  let environment: Environment;
  let network: HoldingNetwork;
  let server: LocalRpcService;
  let client: LocalRpcService;
  let endpoint: EchoEndpoint;

  beforeEach(async () => {
    clock = new ManualClock();
    environment = { clock, random: new SeededRandom(1), log: silentLogger, faults: noFaults };
    network = new HoldingNetwork({ copyMessages: true });
    server = node('server');
    client = node('client');
    endpoint = new EchoEndpoint(server);
    await settle(endpoint.start());
  });

  function node(name: string): LocalRpcService {
    return new LocalRpcService(network, name, environment, new Configuration({ 'pekko.ask.timeout': '5 s' }));
  }

  async function settle<T>(promise: Promise<T>): Promise<T> {
    await clock.flush();
    return promise;
  }

  async function errorOf(promise: Promise<unknown>): Promise<FlinkError> {
    const error = await settle(
      promise.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    if (!isFlinkError(error)) throw new Error(`no FlinkError: ${String(error)}`);
    return error;
  }

  it('calls a method of an endpoint on its main thread and answers', async () => {
    const gateway = await settle(client.connect<EchoGateway>('local://server/echo'));
    expect(await settle(gateway.echo({ a: 1 }))).to.deep.equal({ a: 1 });
  });

  it('shares no objects between the nodes', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const value = { list: [1] };
    const answer = await settle(gateway.echo(value));
    expect(endpoint.seen).to.deep.equal([value]);
    expect(endpoint.seen[0] === value).to.equal(false);
    expect(answer === endpoint.seen[0]).to.equal(false);
  });

  it('refuses what is not plain data, in either direction', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    expect(await errorOf(gateway.echo(() => 1))).to.include({ code: 'RPC_NOT_SERIALIZABLE' });
    endpoint.echo = async () => () => 1;
    expect(await errorOf(gateway.echo(1))).to.include({ code: 'RPC_NOT_SERIALIZABLE' });
  });

  it('brings an error with code, domain, remedy and cause', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const error = await errorOf(gateway.fail());
    expect(error).to.include({
      code: 'BROKEN',
      message: 'it broke',
      domain: 'user',
      remedy: 'mend it',
      retry: 'never',
    });
    expect(error.cause).to.include({ message: 'root' });
  });

  it('keeps the order of calls', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    await settle(Promise.all([1, 2, 3, 4].map((value) => gateway.echo(value))));
    expect(endpoint.seen).to.deep.equal([1, 2, 3, 4]);
  });

  for (const address of ['local://server/other', 'local://nowhere/echo', 'tcp://server/echo', 'local://server']) {
    it(`finds nobody at ${address}`, async () => {
      expect(await errorOf(client.connect(address))).to.include({ code: 'RECIPIENT_UNREACHABLE' });
    });
  }

  it('refuses methods that are not of the gateway', async () => {
    const gateway = await settle(client.connect<EchoEndpoint>(endpoint.address));
    expect(await errorOf(gateway.hidden())).to.include({ code: 'UNKNOWN_RPC_METHOD' });
    expect(await errorOf(gateway.stop())).to.include({ code: 'UNKNOWN_RPC_METHOD' });
  });

  it('gives up after the timeout and names method and address', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const answer = gateway.never();
    const error = errorOf(answer);
    await clock.advanceAsync(5_000);
    expect(await error).to.include({ code: 'TIMEOUT' });
    expect((await error).message)
      .to.contain('never')
      .and.contain('local://server/echo')
      .and.contain('5000 ms');
    expect(clock.pending).to.equal(0);
  });

  it('waits as long as the connection says', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address, undefined, { timeoutMs: 100 }));
    const error = errorOf(gateway.never());
    await clock.advanceAsync(100);
    expect(await error).to.include({ code: 'TIMEOUT' });
  });

  it('ignores an answer that comes after the timeout', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    network.holds = true;
    const error = errorOf(gateway.echo(1));
    await clock.advanceAsync(5_000);
    expect(await error).to.include({ code: 'TIMEOUT' });
    network.holds = false;
    for (const run of network.held) run();
    await clock.flush();
    expect(endpoint.seen).to.deep.equal([1]);
  });

  it('answers the calls that wait when the endpoint stops', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const error = errorOf(gateway.never());
    await settle(endpoint.stop());
    expect(await error).to.include({ code: 'RECIPIENT_UNREACHABLE' });
    expect(await errorOf(gateway.echo(1))).to.include({ code: 'RECIPIENT_UNREACHABLE' });
    expect(endpoint.lifeCycle).to.deep.equal(['start', 'stop']);
    await settle(endpoint.stop());
    expect(endpoint.lifeCycle).to.deep.equal(['start', 'stop']);
  });

  it('lets another endpoint take the address of one that stopped', async () => {
    expect(await errorOf(new EchoEndpoint(server).start())).to.include({ code: 'ENDPOINT_EXISTS' });
    await settle(endpoint.stop());
    const successor = new EchoEndpoint(server);
    await settle(successor.start());
    await settle((await settle(client.connect<EchoGateway>(successor.address))).echo(1));
    expect(successor.seen).to.deep.equal([1]);
  });

  it('leaves callers without an answer when its node is killed, and refuses the next', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const error = errorOf(gateway.never());
    server.kill();
    expect(endpoint.mainThread.isStopped).to.equal(true);
    expect(await errorOf(gateway.echo(1))).to.include({ code: 'RECIPIENT_UNREACHABLE' });
    await clock.advanceAsync(5_000);
    expect(await error).to.include({ code: 'TIMEOUT' });
  });

  it('rejects its own calls when it stops', async () => {
    const gateway = await settle(client.connect<EchoGateway>(endpoint.address));
    const error = errorOf(gateway.never());
    await client.stop();
    expect(await error).to.include({ code: 'RPC_STOPPED' });
    expect(await errorOf(gateway.echo(1))).to.include({ code: 'RPC_STOPPED' });
    expect(clock.pending).to.equal(0);
  });

  it('has no two nodes of one name, and one again when it is gone', () => {
    expect(() => node('server')).to.throw('already part of the network');
    server.kill();
    expect(network.hasNode('server')).to.equal(false);
    node('server');
  });

  describe('fencing', () => {
    it('lets messages for the leader through', async () => {
      await settle(new Leader(server, 'one').start());
      const gateway = await settle(client.connect<Leader>('local://server/leader', 'one' as FencingToken));
      expect(await settle(gateway.who())).to.equal('one');
    });

    it('refuses messages for another leader', async () => {
      await settle(new Leader(server, 'two').start());
      const error = await errorOf(client.connect('local://server/leader', 'one' as FencingToken));
      expect(error).to.include({ code: 'FENCING_TOKEN_MISMATCH' });
      expect(error.message).to.contain('one').and.contain('two');
    });

    it('binds a connection without token to the leader of the moment', async () => {
      const first = new Leader(server, 'one');
      await settle(first.start());
      const gateway = await settle(client.connect<Leader>('local://server/leader'));
      expect(await settle(gateway.who())).to.equal('one');
      await settle(first.stop());
      await settle(new Leader(server, 'two').start());
      expect(await errorOf(gateway.who())).to.include({ code: 'FENCING_TOKEN_MISMATCH' });
    });
  });
});
