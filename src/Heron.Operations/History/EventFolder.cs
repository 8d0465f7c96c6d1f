// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using Heron.Core.Storage;

namespace Heron.Operations.History;

/// <summary>
/// Events on disk: files of JSON lines beside this server's folder, each only appended to by the server that made it. What a crash
/// left half is skipped; files whose newest event is too old are deleted.
/// </summary>
internal sealed class EventFolder(InstanceFolder instance, TimeProvider time, long largestFile = EventFolder.LargestFile) : IDisposable
{
    private const string Pattern = "events-*.jsonl";
    private const long LargestFile = 16 * 1024 * 1024;

    // What is older than so much of it is on disk and told no more.
    private const long MostRead = 4 * LargestFile;

    private readonly string _folder = Path.GetDirectoryName(instance.Path)!;
    private FileStream? _file;

    // What was written last may have arrived by half.
    private bool _isTorn;

    /// <summary>The events of all servers that wrote here, oldest first.</summary>
    public List<TopologyEvent> Read()
    {
        var left = MostRead;
        var events = new List<TopologyEvent>();
        foreach (var file in new DirectoryInfo(_folder).GetFiles(Pattern).OrderByDescending(f => f.Name, StringComparer.Ordinal))
        {
            if ((left -= file.Length) < 0)
            {
                break;
            }

            events.AddRange(File.ReadLines(file.FullName).Select(Parse).OfType<TopologyEvent>());
        }

        events.Sort((a, b) => a.Id.CompareTo(b.Id));
        return events;
    }

    /// <summary>Appends an event. It is there when this process is killed; a power cut may take the last ones.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Append(TopologyEvent happened)
    {
        if (_file is null || _file.Length > largestFile)
        {
            Begin();
        }

        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Relaxed.TopologyEvent), (byte)'\n'];
        var wasTorn = _isTorn;
        _isTorn = true;
        _file!.Write(wasTorn ? [(byte)'\n', .. line] : line);
        _file.Flush();
        _isTorn = false;
    }

    // While no other can be begun, the one that is open is gone on with.
    private void Begin()
    {
        var begun = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        try
        {
            var before = _file;
            _file = new FileStream(
                Path.Join(_folder, $"events-{begun}-{instance.Id}.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 1);
            _isTorn = false;
            before?.Dispose();
        }
        catch (Exception e) when (_file is not null && (e is IOException or UnauthorizedAccessException))
        {
            // The next event tries again.
        }
    }

    /// <summary>Deletes files of which nothing is wanted any more.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_folder).GetFiles(Pattern))
        {
            if (file.LastWriteTimeUtc < before && file.FullName != _file?.Name)
            {
                file.Delete();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static TopologyEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, EventJson.Relaxed.TopologyEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
