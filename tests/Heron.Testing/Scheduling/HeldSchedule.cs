// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Testing.Scheduling;

/// <summary>Submissions that stand still at the scheduler until they are let go, or ended.</summary>
public sealed class HeldSchedule
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldSchedule()
    {
    }

    /// <summary>Done when the first one is there.</summary>
    public Task Reached => _reached.Task.WaitAsync(Poll.Limit);

    /// <summary>Lets them go on.</summary>
    public void LetGo() => _go.TrySetResult();

    internal async Task<ScheduleResult> PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        await _go.Task.WaitAsync(cancellationToken);
        return ScheduleResult.Clean;
    }
}
