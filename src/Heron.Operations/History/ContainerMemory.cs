// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.History;

/// <summary>What has been noted of one container.</summary>
internal sealed class ContainerMemory
{
    /// <summary>How the words for an exit begin.</summary>
    public const string Ended = "ended with ";

    /// <summary>Where it was placed last.</summary>
    public string? Node { get; set; }

    /// <summary>The run that was noted last.</summary>
    public string? Run { get; set; }

    /// <summary>How often it had been started again by then.</summary>
    public int Restarts { get; set; }

    /// <summary>When the last exit was that is known.</summary>
    public DateTimeOffset? Exit { get; set; }

    /// <summary>How often it had been started again before that.</summary>
    public int ExitRestarts { get; set; } = -1;

    /// <summary>How it ended then, in words.</summary>
    public string? ExitWords { get; set; }

    /// <summary>When an exit was noted last.</summary>
    public DateTimeOffset? ExitNoted { get; set; }

    /// <summary>Since when it waits for a node; null while it does not.</summary>
    public DateTimeOffset? Waits { get; set; }

    /// <summary>The word of its present trouble that was noted: see <see cref="EventKind"/>.</summary>
    public string? Trouble { get; set; }

    /// <summary>Takes in an event that was noted by an earlier server.</summary>
    public void Remember(TopologyEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Placed:
                Node = happened.Node;
                Trouble = null;
                break;
            case EventKind.Started or EventKind.Restarted when happened.Run is not null:
                (Run, Restarts, Trouble) = (happened.Run, happened.Restarts ?? 0, null);
                break;
            case EventKind.Exited:
                ExitRestarts = happened.Restarts ?? 0;
                (Exit, ExitWords, ExitNoted) = (happened.At, happened.Text[Math.Max(0, happened.Text.IndexOf(Ended, StringComparison.Ordinal))..], happened.At);
                break;
            case EventKind.Lost or EventKind.Missing or EventKind.NotPlaced:
                Trouble = happened.Kind;
                break;
            default:
                break;
        }
    }
}
