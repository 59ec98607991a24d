/** What a task says about its time. */
import { expect } from 'chai';
import type { ExecutionAttemptId } from '../../../../src/core/ids.js';
import { TaskMetricGroup } from '../../../../src/taskmanager/task/task-metrics.js';

describe('TaskMetricGroup', () => {
  it('tells the longest time between two steps while there was more to do', () => {
    const metrics = new TaskMetricGroup(0);
    metrics.beginStep(10);
    metrics.enter('busy', 14);
    metrics.beginStep(17);
    metrics.enter('busy', 18);
    metrics.beginStep(19);
    metrics.enter('idle', 20);
    expect(metrics.snapshot('a' as ExecutionAttemptId, 20).longestStepGapMs).to.equal(7);
  });

  it('does not count rest and back-pressure as such a time', () => {
    const metrics = new TaskMetricGroup(0);
    metrics.beginStep(0);
    metrics.enter('idle', 1);
    metrics.beginStep(500);
    metrics.enter('backPressured', 501);
    metrics.beginStep(900);
    expect(metrics.snapshot('a' as ExecutionAttemptId, 901)).to.include({ longestStepGapMs: 0, idleMs: 499 });
  });

  it('counts a task that an operator holds as busy, but not as one with more to do', () => {
    const metrics = new TaskMetricGroup(0);
    metrics.beginStep(0);
    metrics.enter('holding', 1);
    metrics.beginStep(500);
    metrics.enter('idle', 501);
    expect(metrics.snapshot('a' as ExecutionAttemptId, 600)).to.include({
      longestStepGapMs: 0,
      busyMs: 501,
      idleMs: 99,
    });
  });
});
