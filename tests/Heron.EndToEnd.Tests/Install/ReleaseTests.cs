// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Install;

/// <summary>What scripts/release.sh makes.</summary>
[Trait("Category", Soak.Category)]
public sealed class ReleaseTests : IDisposable
{
    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void It_never_mixes_with_what_is_there_already()
    {
        File.WriteAllText(Path.Join(_home.Path, "SHA256SUMS"), "of an earlier release");
        var refused = Tool.Run("scripts/release.sh", _home.Path);
        Assert.Equal(2, refused.Status);
        Assert.Contains("is not empty: name another folder", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("of an earlier release", File.ReadAllText(Path.Join(_home.Path, "SHA256SUMS")));
    }

    [Fact]
    public void A_run_that_fails_or_is_killed_stands_in_nobodys_way_and_what_is_not_its_own_stays()
    {
        var release = Path.Join(_home.Path, "release");

        // What a run that was killed leaves, and what only looks like it.
        var (left, foreign) = (Directory.CreateDirectory(release + ".making.left"), Directory.CreateDirectory(release + ".making.foreign"));
        File.WriteAllText(Path.Join(left.FullName, ".heron-release"), "");
        File.WriteAllText(Path.Join(foreign.FullName, "notes"), "");
        var sources = Path.Join(_home.Path, "sources");
        Directory.CreateDirectory(sources);
        Tool.Run("cp", "-r", "scripts", "deploy", "docs", "conf", "LICENSE", "NOTICE", "THIRD-PARTY-NOTICES", "CHANGELOG.md", "Directory.Build.props", sources)
            .Succeeded();
        Write(Path.Join(sources, "scripts", "sbom.py"), "print('{}')\n");

        // In place of the SDK: the second runtime fails the first time.
        var sdk = Path.Join(_home.Path, "sdk");
        Write(Path.Join(sdk, "dotnet"), """
            #!/bin/sh
            while [ "$1" != -o ]; do [ "$1" != -r ] || runtime=$2; shift; done
            if [ "$runtime" = "$FAILS" ]; then exit 1; fi
            cp -r conf "$2"
            printf '#!/bin/sh\necho "$1 of the program"\n' > "$2/heron-apiserver"
            chmod 755 "$2/heron-apiserver"
            """);
        Tool.Run("chmod", "755", Path.Join(sdk, "dotnet")).Succeeded();

        Assert.NotEqual(0, Run("linux-arm64").Status);
        Assert.False(Directory.Exists(release), "the run that failed has left a release");
        Assert.Equal([foreign.FullName], Directory.GetDirectories(_home.Path, "release.making.*"));
        Run("").Succeeded();
        Assert.Equal(7, Directory.GetFiles(release).Length);
        Assert.Equal(6, File.ReadAllLines(Path.Join(release, "SHA256SUMS")).Length);
        Assert.Equal([foreign.FullName], Directory.GetDirectories(_home.Path, "release.making.*"));

        Tool Run(string fails) => Tool.Run(Path.Join(sources, "scripts", "release.sh"), [release], new Dictionary<string, string?>
        {
            ["PATH"] = sdk + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["FAILS"] = fails,
            ["SOURCE_DATE_EPOCH"] = "1700000000",
        });

        static void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    [Fact]
    public void Made_twice_from_two_folders_it_is_the_same_bytes_which_name_neither()
    {
        Assert.SkipUnless(Soak.Long, "publishes four times: scripts/soak.sh");
        var made = new[] { "one", "another/and/longer" }.Select(Release).ToList();
        Assert.Equal(File.ReadAllText(Path.Join(made[0], "SHA256SUMS")), File.ReadAllText(Path.Join(made[1], "SHA256SUMS")));

        var archive = Path.Join(made[0], $"heron-apiserver-{ServerVersion.Text}-linux-x64.tar.gz");
        var files = Tool.Run("tar", "-tzf", archive).Succeeded().Lines;
        Assert.DoesNotContain(files, file => Path.GetExtension(file) is ".pdb" or ".xml" or ".dll");
        foreach (var file in (string[])["LICENSE", "NOTICE", "THIRD-PARTY-NOTICES", "share/sbom.cdx.json", "share/heron-apiserver.8", "conf/nomad/scheduler.yaml"])
        {
            Assert.Contains($"heron-apiserver-{ServerVersion.Text}/{file}", files);
        }

        Assert.Equal(1, Tool.Run("sh", "-c", "tar -xzOf \"$0\" | grep -c -F \"$1\" >/dev/null", archive, _home.Path).Status);
    }

    // From a copy of the sources, as a clone of them would be.
    private string Release(string name)
    {
        var sources = Path.Join(_home.Path, "sources", name);
        var made = Path.Join(_home.Path, "made", name);
        Directory.CreateDirectory(sources);
        Tool.Run("sh", "-c", "git ls-files -co --exclude-standard | tar -cf - -T - | tar -xf - -C \"$0\"", sources).Succeeded();
        Tool.Run(
            Path.Join(sources, "scripts", "release.sh"), [made], new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1700000000" }).Succeeded();
        return made;
    }
}
