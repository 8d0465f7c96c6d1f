namespace Heron.Scheduler.Nomad.Model;

/// <summary>A file in the task's folder.</summary>
internal sealed record NomadTemplate
{
    public required string EmbeddedTmpl { get; init; }

    /// <summary>Relative to the task's folder.</summary>
    public required string DestPath { get; init; }

    /// <summary>Begins an action of Nomad's template language; chosen so that the text has none.</summary>
    public required string LeftDelim { get; init; }

    public required string RightDelim { get; init; }
}
