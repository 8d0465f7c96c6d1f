// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>
/// Names the moments between two effects that others can see. Nothing happens at them, except in tests that kill the server at
/// each one and look at what the next server makes of what is left.
/// </summary>
public static class Failpoint
{
    /// <summary>Told of every moment, on the thread that has come there; null in the product.</summary>
    internal static Action<string>? Observer { get; set; }

    /// <summary>The program has come to a moment.</summary>
    /// <param name="moment">What was done last, or comes next.</param>
    public static void Reach(string moment) => Observer?.Invoke(moment);
}
