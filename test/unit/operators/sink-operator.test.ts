import { expect } from 'chai';
import type { Sink, SinkWriter } from '../../../src/api/sink.js';
import type { SinkOperator } from '../../../src/operators/sink-operator.js';
import { oneInput } from './operator-fixture.js';

/** A sink that notes every call. */
function noting(
  calls: string[],
  writer: Partial<SinkWriter<unknown, unknown>> = {},
  commits = true,
): Sink<unknown, unknown> {
  const noted: SinkWriter<unknown, unknown> = {
    open: async () => {
      await Promise.resolve();
      calls.push('open');
    },
    write: (value, context) => {
      calls.push(`write ${value} ${context.timestamp} ${context.currentWatermark}`);
    },
    flush: async (endOfInput) => {
      await Promise.resolve();
      calls.push(`flush ${endOfInput}`);
    },
    prepareCommit: async () => {
      await Promise.resolve();
      return ['c1', 'c2'];
    },
    close: async (aborted) => {
      await Promise.resolve();
      calls.push(`close ${aborted}`);
    },
    ...writer,
  };
  const committer = {
    commit: async (committables: readonly unknown[]) => {
      await Promise.resolve();
      calls.push(`commit ${committables.join(' ')}`);
    },
    close: () => {
      calls.push('close committer');
    },
  };
  return { description: 'noting', createWriter: () => noted, ...(commits ? { createCommitter: () => committer } : {}) };
}

async function sinkHarness(sink: Sink<unknown, unknown>) {
  const harness = await oneInput({ kind: 'sink', sink });
  return { harness, operator: harness.operator as unknown as SinkOperator };
}

describe('SinkOperator', () => {
  it('drives the writer from open to commit', async () => {
    const calls: string[] = [];
    const { harness, operator } = await sinkHarness(noting(calls));
    harness.processElement('a', 10);
    harness.processWatermark(5);
    harness.processElement('b');
    await harness.endInput();
    const committables = await operator.prepareCommit();
    await operator.commit(committables);
    await harness.close();
    expect(calls).to.deep.equal([
      'open',
      'write a 10 -Infinity',
      'write b undefined 5',
      'flush true',
      'commit c1 c2',
      'close false',
      'close committer',
    ]);
  });

  it('closes the writer once, as aborted after a failure', async () => {
    const calls: string[] = [];
    const { operator } = await sinkHarness(noting(calls));
    await operator.close(true);
    await operator.close(true);
    expect(calls).to.deep.equal(['open', 'close true']);
  });

  it('closes the committer also when the writer fails to close', async () => {
    const calls: string[] = [];
    const { operator } = await sinkHarness(noting(calls, { close: () => Promise.reject(new Error('disk')) }));
    await operator.commit(['x']);
    const error = await operator.close(false).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal('disk');
    expect(calls.at(-1)).to.equal('close committer');
  });

  it('says when the writer wants to flush before the next record', async () => {
    const calls: string[] = [];
    const writer = { ...noting(calls).createWriter(undefined as never), wantsFlush: false };
    const { operator } = await sinkHarness({ description: 'full', createWriter: () => writer });
    expect(operator.wantsFlush).to.equal(false);
    writer.wantsFlush = true;
    expect(operator.wantsFlush).to.equal(true);
    await operator.flush();
    expect(calls).to.deep.equal(['open', 'flush false']);
  });

  it('gives the writer its subtask, its attempt and a way to the client', async () => {
    const contexts: unknown[] = [];
    const sink: Sink<unknown, unknown> = {
      description: 'collect',
      createWriter: (context) => {
        contexts.push([context.subtaskIndex, context.attemptNumber, context.attemptId]);
        return { write: (value) => context.sendToClient(value), flush: () => undefined, close: () => undefined };
      },
    };
    const { harness, operator } = await sinkHarness(sink);
    harness.processElement('x');
    expect(contexts).to.deep.equal([[0, 0, 'attempt-0']]);
    expect(harness.sentToClient).to.deep.equal(['x']);
    expect(await operator.prepareCommit()).to.deep.equal([]);
    await operator.commit([]);
  });

  it('refuses an asynchronous write, and committables without a committer', async () => {
    const { harness } = await sinkHarness(noting([], { write: (async () => undefined) as never }));
    expect(() => harness.processElement('x'))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    const { operator } = await sinkHarness(noting([], {}, false));
    const error = await operator.commit(['x']).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('code', 'COMMITTER_MISSING');
  });
});
