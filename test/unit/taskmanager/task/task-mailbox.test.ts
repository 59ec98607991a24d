import { expect } from 'chai';
import { FlowControl } from '../../../../src/taskmanager/task/flow-control.js';
import { TaskOperatorMailbox } from '../../../../src/taskmanager/task/operator-mailbox.js';
import { SlotTimers } from '../../../../src/taskmanager/task/slot-timers.js';
import { TaskMailbox } from '../../../../src/taskmanager/task/task-mailbox.js';

describe('TaskMailbox', () => {
  let mailbox: TaskMailbox;
  let flow: FlowControl;
  let log: string[];
  const note = (text: string) => () => void log.push(text);

  beforeEach(() => {
    mailbox = new TaskMailbox();
    flow = new FlowControl();
    log = [];
  });

  it('runs what is there in order, and what that adds the next time', () => {
    mailbox.post(() => {
      log.push('a');
      mailbox.post(note('c'));
    });
    mailbox.postUntilClosed(note('b'));
    mailbox.run(flow);
    expect(log).to.deep.equal(['a', 'b']);
    mailbox.run(flow);
    expect(log).to.deep.equal(['a', 'b', 'c']);
    expect(mailbox.isEmpty).to.equal(true);
  });

  it('stops at a mail that leaves work or a full output behind', () => {
    mailbox.post(() => {
      let left = 2;
      flow.run(() => {
        log.push(`work ${left}`);
        flow.isBlocked = true;
        return --left === 0;
      });
    });
    mailbox.post(note('watermark'));
    mailbox.run(flow);
    mailbox.run(flow);
    expect(log).to.deep.equal(['work 2']);
    flow.isBlocked = false;
    flow.resume();
    mailbox.run(flow);
    expect(log).to.deep.equal(['work 2', 'work 1']);
    flow.isBlocked = false;
    mailbox.run(flow);
    expect(log).to.deep.equal(['work 2', 'work 1', 'watermark']);
  });

  it('keeps only answers when the input has ended', () => {
    mailbox.post(note('timer'));
    mailbox.postUntilClosed(note('answer'));
    mailbox.endInput();
    mailbox.post(note('late timer'));
    mailbox.postUntilClosed(note('late answer'));
    mailbox.run(flow);
    expect(log).to.deep.equal(['answer', 'late answer']);
  });
});

describe('TaskOperatorMailbox', () => {
  it('holds the task as long as one operator does', () => {
    const flow = new FlowControl();
    const [first, second] = [1, 2].map(() => new TaskOperatorMailbox(flow, new SlotTimers(), () => undefined));
    first!.isHolding = true;
    first!.isHolding = true;
    second!.isHolding = true;
    first!.isHolding = false;
    expect(flow.isOpen).to.equal(false);
    second!.isHolding = false;
    expect(flow.isOpen).to.equal(true);
    second!.isAwaiting = true;
    expect([flow.numAwaiting, flow.isOpen]).to.deep.equal([1, true]);
  });

  it('posts at its time, unless that is called off', () => {
    const timers = new SlotTimers();
    const posted: string[] = [];
    const mailbox = new TaskOperatorMailbox(new FlowControl(), timers, (callback) => callback());
    mailbox.executeAt(10, () => posted.push('ten'));
    mailbox.executeAt(10, () => posted.push('never'))();
    timers.fireDue(9);
    expect(posted).to.deep.equal([]);
    timers.fireDue(10);
    expect(posted).to.deep.equal(['ten']);
  });
});
