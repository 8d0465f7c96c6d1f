using System.Text.Json;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.Operations.Journal;

/// <summary>An intent on the disk. It is there from before the first effect until after the last one.</summary>
public sealed class JournaledIntent
{
    private readonly Func<string> _temporaryPath;
    private readonly Action<JournaledIntent> _completed;

    internal JournaledIntent(string path, Intent intent, Func<string> temporaryPath, Action<JournaledIntent> completed)
    {
        Path = path;
        _temporaryPath = temporaryPath;
        _completed = completed;
        Intent = intent;
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

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
        File.Delete(Path);
        DurableFile.FlushFolder(System.IO.Path.GetDirectoryName(Path)!);
        _completed(this);
    }

    internal void Write()
    {
        try
        {
            DurableFile.Write(Path, _temporaryPath(), JsonSerializer.SerializeToUtf8Bytes(Intent, JournalJson.Default.Intent));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                Faults.KindOf(e) == FaultKind.OutOfSpace ? FaultKind.OutOfSpace : FaultKind.Unavailable,
                $"The server cannot write its journal, and does nothing that a crash could leave half done without it: {e.Message} "
                + $"({System.IO.Path.GetDirectoryName(Path)}); its operator must see to that disk",
                e);
        }
    }
}
