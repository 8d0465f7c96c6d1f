// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.Core;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

public sealed class ReloadedFilesTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string?> _told = [];
    private int _reads;
    private bool _refuses;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_is_read_again_only_when_it_was_changed_and_somebody_asks_late_enough()
    {
        var files = Open("first");
        Assert.Equal("first", files.Current);

        File.WriteAllText(_path, "the second");
        Assert.Equal("first", files.Current);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the second", files.Current);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the second", files.Current);

        Assert.Equal(2, _reads);
        Assert.Equal([null], _told);
    }

    [Fact]
    public void What_cannot_be_read_is_told_once_and_tried_again_although_the_file_stays_as_it_is()
    {
        var files = Open("first");
        _refuses = true;
        File.WriteAllText(_path, "the second");
        for (var look = 0; look < 3; look++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("first", files.Current);
            Assert.Equal("refused", files.Problem);
        }

        _refuses = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the second", files.Current);

        Assert.Null(files.Problem);
        Assert.Equal(["refused", null], _told);
    }

    private ReloadedFiles<string> Open(string content)
    {
        File.WriteAllText(_path, content);
        return new ReloadedFiles<string>([_path], Read, TimeSpan.FromSeconds(1), _time, _told.Add);
    }

    private string Read()
    {
        _reads++;
        return _refuses ? throw new HeronException(FaultKind.Invalid, "refused") : File.ReadAllText(_path);
    }
}
