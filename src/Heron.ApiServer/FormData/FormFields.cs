// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.FormData;

/// <summary>
/// Refuses what would otherwise count for nothing, where without it something else is done: an update in earnest for one that is to be shown,
/// a restart of all containers for one of one.
/// </summary>
internal static class FormFields
{
    /// <summary>Refuses fields that stand in the address instead of in the form.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>.</exception>
    public static void RefuseInAddress(HttpRequest request)
    {
        if (request.Query.Keys.FirstOrDefault() is { } field)
        {
            throw new HeronException(
                FaultKind.BadRequest, $"'{ShownText.Of(field)}' in the address means nothing here: send it as a field of the form");
        }
    }

    /// <summary>Refuses names that are nearly those of fields. All others are settings.</summary>
    /// <param name="names">Those of a form.</param>
    /// <param name="fields">What means something.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>; the message has the right name.</exception>
    public static void RefuseNearly(IEnumerable<string> names, IReadOnlyCollection<string> fields)
    {
        foreach (var name in names.Where(name => !fields.Contains(name)))
        {
            if (NearestName.Among(name, fields) is { } meant)
            {
                throw new HeronException(FaultKind.Invalid, $"there is no field {ShownText.Of(name)}: is {meant} meant?");
            }
        }
    }
}
