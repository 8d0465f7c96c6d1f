using System.Text.Json;
using Heron.Core.Storage;

namespace Heron.ApiServer.Submission.Journal;

/// <summary>An intent on the disk. It is there from before the first effect until after the last one.</summary>
public sealed class JournaledIntent
{
    private readonly string _path;
    private readonly Func<string> _temporaryPath;
    private readonly Action<JournaledIntent> _completed;

    internal JournaledIntent(string path, Intent intent, Func<string> temporaryPath, Action<JournaledIntent> completed)
    {
        _path = path;
        _temporaryPath = temporaryPath;
        _completed = completed;
        Intent = intent;
    }

    /// <summary>What is in the file.</summary>
    public Intent Intent { get; private set; }

    /// <summary>Replaces the detail; durable when this returns, so what it says may be done next.</summary>
    public void Update(string detail)
    {
        Intent = Intent with { Detail = detail };
        Write();
    }

    /// <summary>Forgets the intent: it is done, or undone.</summary>
    public void Complete()
    {
        File.Delete(_path);
        DurableFile.FlushFolder(Path.GetDirectoryName(_path)!);
        _completed(this);
    }

    internal void Write() => DurableFile.Write(
        _path, _temporaryPath(), JsonSerializer.SerializeToUtf8Bytes(Intent, JournalJson.Default.Intent));
}
