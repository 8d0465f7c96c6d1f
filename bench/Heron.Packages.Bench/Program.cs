// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

// dotnet run -c Release --project bench/Heron.Packages.Bench [WORK ...] [--rounds N] [--server PROGRAM] [--empty PROGRAM] [--minutes N]
// Works: fan-out, ranges, small, tls, upload, uploads, submit, store, start, version, pressure, dry-runs, mixed; all but the last when
// none is named. Peers: nginx (sendfile, without tcp_nopush), caddy, and for start and version bench/Heron.EmptyApi (see the README).
var rounds = 5;
var minutes = 5.0;
var program = Path.Join(Repository(), "src", "Heron.ApiServer", "bin", "Release", "net10.0", "heron-apiserver");
var empty = Path.Join(Repository(), "artifacts", "empty-api", "empty-api");
var works = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--rounds":
            rounds = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--minutes":
            minutes = double.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--server":
            program = args[++i];
            break;
        case "--empty":
            empty = args[++i];
            break;
        default:
            works.Add(args[i]);
            break;
    }
}

using var folder = new BenchFolder();
foreach (var work in Work.All.Where(work => IsWanted(work.Name)))
{
    await new Comparison(folder, program, rounds).RunAsync(work);
}

if (IsWanted("submit"))
{
    await Submissions.RunAsync(folder, program, Repository(), rounds);
}

if (IsWanted("store"))
{
    await Stores.RunAsync(folder, program, Repository(), rounds);
}

if (IsWanted("start"))
{
    await Starts.RunStartAsync(folder, program, empty, rounds);
}

if (IsWanted("version"))
{
    await Starts.RunVersionAsync(folder, program, empty, rounds);
}

if (IsWanted("pressure"))
{
    await Pressure.RunAsync(folder, program, Repository());
}

if (IsWanted("dry-runs"))
{
    await DryRuns.RunAsync(folder, program, Repository());
}

// The one work with a verdict.
return works.Contains("mixed") && !await new Mixed(folder, program, Repository(), TimeSpan.FromMinutes(minutes)).RunAsync() ? 1 : 0;

bool IsWanted(string name) => works.Count == 0 || works.Contains(name);

static string Repository()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (!File.Exists(Path.Join(folder.FullName, "HeronApiServer.sln")))
    {
        folder = folder.Parent ?? throw new DirectoryNotFoundException("this is no clone of the project");
    }

    return folder.FullName;
}
