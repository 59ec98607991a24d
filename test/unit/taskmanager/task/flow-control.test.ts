/** Resumable work runs while there is room, in the right order, and to its end. */
import { expect } from 'chai';
import { FlowControl } from '../../../../src/taskmanager/task/flow-control.js';

/** Work of `pieces` pieces that notes each under its name. */
function work(
  log: string[],
  name: string,
  pieces: number,
  onPiece: (i: number) => void = () => undefined,
): () => boolean {
  let done = 0;
  return () => {
    log.push(`${name}${done}`);
    onPiece(done);
    return ++done === pieces;
  };
}

describe('FlowControl', () => {
  it('runs work at once when there is room', () => {
    const flow = new FlowControl();
    const log: string[] = [];
    flow.run(work(log, 'a', 3));
    expect(log).to.deep.equal(['a0', 'a1', 'a2']);
    expect(flow.isOpen).to.equal(true);
  });

  it('stops between two pieces when an output is full and goes on later', () => {
    const flow = new FlowControl();
    const log: string[] = [];
    flow.run(
      work(log, 'a', 3, (i) => {
        if (i === 0) flow.isBlocked = true;
      }),
    );
    expect(log).to.deep.equal(['a0']);
    expect(flow.isOpen).to.equal(false);
    expect(flow.resume()).to.equal(false);
    flow.isBlocked = false;
    expect(flow.resume()).to.equal(true);
    expect(log).to.deep.equal(['a0', 'a1', 'a2']);
  });

  it('finishes work that other work started before it goes on', () => {
    const flow = new FlowControl();
    const log: string[] = [];
    flow.run(
      work(log, 'outer', 2, (i) => {
        if (i === 0)
          flow.run(
            work(log, 'inner', 2, (j) => {
              if (j === 0) flow.isBlocked = true;
            }),
          );
      }),
    );
    expect(log).to.deep.equal(['outer0', 'inner0']);
    flow.isBlocked = false;
    expect(flow.resume()).to.equal(true);
    expect(log).to.deep.equal(['outer0', 'inner0', 'inner1', 'outer1']);
  });

  it('keeps what the last piece of some work started', () => {
    const flow = new FlowControl();
    const log: string[] = [];
    flow.run(
      work(log, 'outer', 1, () =>
        flow.run(
          work(log, 'inner', 2, (j) => {
            if (j === 0) flow.isBlocked = true;
          }),
        ),
      ),
    );
    expect(flow.hasPendingWork).to.equal(true);
    flow.isBlocked = false;
    expect(flow.resume()).to.equal(true);
    expect(log).to.deep.equal(['outer0', 'inner0', 'inner1']);
  });

  it('gives the slot its turn during very long work', () => {
    const flow = new FlowControl();
    const log: string[] = [];
    flow.run(work(log, 'a', 100_000));
    expect(log.length).to.be.lessThan(100_000);
    while (!flow.resume());
    expect(log.length).to.equal(100_000);
  });
});
