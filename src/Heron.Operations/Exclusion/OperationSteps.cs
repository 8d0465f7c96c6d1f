// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Exclusion;

/// <summary>The steps of an operation that is under way, for whoever watches it.</summary>
public sealed class OperationSteps(TimeProvider time)
{
    private volatile IReadOnlyList<OperationStep> _steps = [];

    /// <summary>As they are now: in their order, those that are done first; empty for an operation that tells none.</summary>
    public IReadOnlyList<OperationStep> Now => _steps;

    /// <summary>Says what is going to be done.</summary>
    public void Plan(params IEnumerable<string> steps) => _steps = [.. steps.Select(text => new OperationStep(text, null, null))];

    /// <summary>Begins a step, which ends all before it; a step that was not planned is passed over.</summary>
    public void Begin(string text)
    {
        var now = time.GetUtcNow();
        var index = _steps.Select(step => step.Text).ToList().IndexOf(text);
        if (index >= 0)
        {
            _steps = [.. _steps.Select((step, i) => i < index ? step.End(now) : i == index ? step with { Begun = now } : step)];
        }
    }
}

/// <summary>A step of an operation.</summary>
/// <param name="Text">What is done, in words.</param>
/// <param name="Begun">Since when; null while it is still to come, and when there was nothing to do.</param>
/// <param name="Ended">When it was done; null before.</param>
public sealed record OperationStep(string Text, DateTimeOffset? Begun, DateTimeOffset? Ended)
{
    internal OperationStep End(DateTimeOffset now) => this with { Ended = Ended ?? now };
}
