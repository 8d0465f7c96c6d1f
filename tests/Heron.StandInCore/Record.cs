// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;

namespace Heron.StandInCore;

/// <summary>Writes down what happens to a container, for the test to read, outside its working directory.</summary>
public sealed class Record : IDisposable
{
    private readonly string _path;
    private FileStream? _onlyCopy;

    /// <summary>The record of one container of one topology.</summary>
    public Record(StandInSettings settings, string topologyId, int container)
    {
        Directory.CreateDirectory(settings.RecordFolder);
        _path = Path.Join(settings.RecordFolder, $"{topologyId}-{container.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Notes the start, the arguments and the environment; two copies at once are noted as such.</summary>
    public void Started(IReadOnlyList<string> arguments)
    {
        try
        {
            _onlyCopy = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            Note("overlap");
        }

        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(k => k.StartsWith("HERON_", StringComparison.Ordinal) || k.StartsWith("NOMAD_", StringComparison.Ordinal))
            .ToDictionary(k => k, Environment.GetEnvironmentVariable);

        Note("start");

        // By rename, and last of all: the test may be reading, and takes a container for running once this is there.
        File.WriteAllText(
            _path + ".new",
            JsonSerializer.Serialize(new
            {
                pid = Environment.ProcessId,
                folder = Environment.CurrentDirectory,
                arguments,
                environment,
            }));
        File.Move(_path + ".new", _path + ".json", overwrite: true);
    }

    /// <summary>Notes an event with the process that it happened to.</summary>
    public void Note(string what) => File.AppendAllText(
        _path + ".events", string.Create(CultureInfo.InvariantCulture, $"{what} {Environment.ProcessId}\n"));

    /// <inheritdoc/>
    public void Dispose() => _onlyCopy?.Dispose();
}
