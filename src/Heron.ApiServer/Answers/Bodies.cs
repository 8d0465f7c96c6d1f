namespace Heron.ApiServer.Answers;

/// <summary>The body of a success that has nothing but a sentence to say.</summary>
/// <param name="Message">For example <c>exclamation killed</c>.</param>
internal sealed record MessageBody(string Message);

/// <summary>The body of a 201.</summary>
/// <param name="Name">The topology.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted.</param>
internal sealed record CreatedBody(string Name, string Cluster, string Role, string Environment)
{
    /// <summary>What the scheduler wants the user to know, such as a container that finds no node yet.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>The body of a dry run.</summary>
/// <param name="Response">The rendered plan, which the CLI prints.</param>
internal sealed record DryRunBody(string Response);

/// <summary>The answer to a successful update.</summary>
/// <param name="Message">For example <c>exclamation updated</c>.</param>
internal sealed record UpdatedBody(string Message)
{
    /// <summary>What the scheduler has to say about new containers; left out when nothing.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
