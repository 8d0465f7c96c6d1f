// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>A whole answer of Nomad.</summary>
internal sealed record NomadReply(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the same request may succeed later.</summary>
    public bool MayPass => Status switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.InternalServerError => !NomadErrorText.IsPermanent(Text),
        >= HttpStatusCode.InternalServerError => true,
        _ => false,
    };
}
