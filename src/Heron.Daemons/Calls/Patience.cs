// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Daemons.Calls;

/// <summary>Runs out when a daemon is silent for too long, or not done in time.</summary>
internal sealed class Patience : IDisposable
{
    private readonly DaemonLimits _limits;
    private readonly CancellationTokenSource _overall;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _any;
    private bool _spoke;

    public Patience(DaemonLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        _limits = limits;
        _overall = new CancellationTokenSource(limits.Overall, time);
        _silence = new CancellationTokenSource(limits.Silence, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_overall.Token, _silence.Token, cancellationToken);
    }

    /// <summary>Ends with the patience, or with the caller's.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Largest body.</summary>
    public int MaxBytes => _limits.MaxBytes;

    /// <summary>Something came.</summary>
    public void Heard()
    {
        _spoke = true;
        _silence.CancelAfter(_limits.Silence);
    }

    /// <summary>Not the daemon's turn: what came is being passed on.</summary>
    public void Rest() => _silence.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>What the daemon did wrong.</summary>
    public string Why() => (_overall.IsCancellationRequested, _spoke) switch
    {
        (true, _) => $"was not done within {Seconds(_limits.Overall)} s",
        (_, true) => $"stopped in the middle of its answer for {Seconds(_limits.Silence)} s",
        _ => $"gave no answer within {Seconds(_limits.Silence)} s",
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _any.Dispose();
        _silence.Dispose();
        _overall.Dispose();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
}
