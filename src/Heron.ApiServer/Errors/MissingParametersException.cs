// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Errors;

/// <summary>A form without all required fields; the message is the Java server's.</summary>
public sealed class MissingParametersException : HeronException
{
    /// <summary>Names the fields.</summary>
    public MissingParametersException(IReadOnlyList<string> missing)
        : base(FaultKind.Invalid, $"Validation failed missing required params: [{string.Join(", ", missing)}]") =>
        Missing = missing;

    /// <summary>The fields, in the order in which they are asked for.</summary>
    public IReadOnlyList<string> Missing { get; }
}
