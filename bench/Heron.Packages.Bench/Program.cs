using System.Globalization;

// dotnet run -c Release --project bench/Heron.Packages.Bench [WORK ...] [--rounds N] [--server PROGRAM]
// Works: fan-out, ranges, small, upload, uploads, submit, pressure, dry-runs. Peers: nginx (sendfile, without tcp_nopush) and caddy.
var rounds = 5;
var program = Path.Join(Repository(), "src", "Heron.ApiServer", "bin", "Release", "net10.0", "heron-apiserver");
var works = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--rounds":
            rounds = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--server":
            program = args[++i];
            break;
        default:
            works.Add(args[i]);
            break;
    }
}

using var folder = new BenchFolder();
foreach (var work in Work.All.Where(work => works.Count == 0 || works.Contains(work.Name)))
{
    await new Comparison(folder, program, rounds).RunAsync(work);
}

if (works.Count == 0 || works.Contains("submit"))
{
    await Submissions.RunAsync(folder, program, Repository(), rounds);
}

if (works.Count == 0 || works.Contains("pressure"))
{
    await Pressure.RunAsync(folder, program);
}

if (works.Count == 0 || works.Contains("dry-runs"))
{
    await DryRuns.RunAsync(folder, program, Repository());
}

static string Repository()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (!File.Exists(Path.Join(folder.FullName, "HeronApiServer.sln")))
    {
        folder = folder.Parent ?? throw new DirectoryNotFoundException("this is no clone of the project");
    }

    return folder.FullName;
}
