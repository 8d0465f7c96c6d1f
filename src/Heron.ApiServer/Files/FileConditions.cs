// SPDX-License-Identifier: Apache-2.0
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>The conditions of a request for a file, in the order of RFC 9110 section 13.2.2.</summary>
internal static class FileConditions
{
    /// <summary>Whether the file is the one that the request is about; if not, 412.</summary>
    public static bool IsWanted(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var match = request.Headers.IfMatch;
        if (match.Count > 0)
        {
            return EntityTagHeaderValue.TryParseList(match, out var tags)
                && tags.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: true));
        }

        return !HeaderUtilities.TryParseDate(request.Headers.IfUnmodifiedSince.ToString(), out var since) || modified <= since;
    }

    /// <summary>Whether the client has the file already: 304. If-None-Match counts, and only without it If-Modified-Since.</summary>
    public static bool IsUnchanged(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var none = request.Headers.IfNoneMatch;
        if (none.Count > 0)
        {
            return EntityTagHeaderValue.TryParseList(none, out var tags)
                && tags.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: false));
        }

        return HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var since) && modified <= since;
    }

    /// <summary>Whether a range is of the file that the client began with (section 13.1.5): a stale If-Range turns it off.</summary>
    public static bool IsRangeWanted(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var condition = request.Headers.IfRange.ToString();
        return condition.Length == 0
            || (RangeConditionHeaderValue.TryParse(condition, out var value)
                && (value.EntityTag?.Compare(tag, useStrongComparison: true) ?? value.LastModified == modified));
    }
}
