// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.ApiServer.Access;

/// <summary>429: too many logins failed.</summary>
internal sealed class TooManyTriesException(TimeSpan wait) : BadHttpRequestException(
    string.Create(CultureInfo.InvariantCulture, $"too many logins failed; try again in {Math.Ceiling(wait.TotalSeconds)} s"),
    StatusCodes.Status429TooManyRequests)
{
    /// <summary>How long the client has to wait, as the header says it.</summary>
    public string RetryAfter { get; } = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
