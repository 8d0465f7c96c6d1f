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
