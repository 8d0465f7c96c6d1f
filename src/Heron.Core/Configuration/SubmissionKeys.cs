// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>Settings of ours that say how a submission is taken.</summary>
public static class SubmissionKeys
{
    /// <summary>
    /// Whether a submission first removes containers of its name of which the state knows nothing, instead of being refused; default
    /// false. As a field of the form it needs the right to kill.
    /// </summary>
    public const string RemoveLeftContainers = "heron.submission.remove.left.containers";
}
