// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Heron.StandInCore;

/// <summary>
/// <c>pack FILE RECORDS</c>: packs this very program as a heron-core whose instances log, for somebody to look at. Containers write
/// down what happens to them in the folder RECORDS.
/// </summary>
internal static class Packer
{
    private const int LogEveryMs = 2000;

    public static int Run(string path, string records)
    {
        var settings = new StandInSettings { RecordFolder = Path.GetFullPath(records), LogEveryMs = LogEveryMs };
        CorePackage.Write(
            path,
            Environment.ProcessPath!,
            typeof(Packer).Assembly.Location,
            settings.IsOld,
            "0.20.5-incubating",
            JsonSerializer.Serialize(settings));
        return 0;
    }
}
