// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using Heron.Core.Scheduling;
using Heron.Core.Storage;

namespace Heron.Scheduler.Local;

/// <summary>
/// The scheduler's files about one topology: its specification, the containers that are to run (a file <c>container-N</c>
/// for each), and who runs (<c>container-N.pid</c>). A file <c>killed</c> means that nothing is to run any more; it is
/// written first and goes last.
/// </summary>
internal sealed class TopologyFolder(string path)
{
    private const string SpecFile = "topology.json";
    private const string KilledFile = "killed";
    private const string Prefix = "container-";
    private const string LifeSuffix = ".life";

    /// <summary>Where the files are.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the topology was killed, perhaps not to the end.</summary>
    public bool IsKilled => File.Exists(At(KilledFile));

    /// <summary>The start script as it was when the topology was submitted.</summary>
    public string StartScriptPath => At(StartScript.FileName);

    /// <summary>The script that turns a child process into a container.</summary>
    public string LaunchScriptPath => At("launch-container.sh");

    /// <summary>The executor's command line.</summary>
    public string CommandPath => At("executor-command");

    /// <summary>The file whose lock a running container holds.</summary>
    public string LockPath(int containerId) => At(Name(containerId) + ".lock");

    /// <summary>The file in which a running container says who it is.</summary>
    public string PidPath(int containerId) => At(Name(containerId) + ".pid");

    /// <summary>Makes the folder with everything that no single container changes.</summary>
    public void Create(TopologySpec spec)
    {
        Directory.CreateDirectory(Path);
        Write(At(StartScript.FileName), StartScript.Text);
        Write(LaunchScriptPath, LaunchScript.Text);
        Write(CommandPath, spec.ExecutorCommand);
        Write(At(SpecFile), JsonSerializer.Serialize(spec, LocalJson.Default.TopologySpec));
    }

    /// <summary>The specification; null when there is none or it cannot be read.</summary>
    public TopologySpec? ReadSpec()
    {
        try
        {
            // Of a topology that was killed on a full disk the mark of that is the specification, see below.
            var file = File.Exists(At(SpecFile)) ? SpecFile : KilledFile;
            var spec = JsonSerializer.Deserialize(File.ReadAllText(At(file)), LocalJson.Default.TopologySpec);
            return spec is { Topology.Id: not null, WorkingDirectory: not null, PortLabels: not null, Variables: not null } ? spec : null;
        }
        catch (Exception fault) when (fault is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The containers that shall run, sorted.</summary>
    public IReadOnlyList<int> Wanted() => Numbers(string.Empty);

    /// <summary>The containers that ran last, whether or not they are to, sorted.</summary>
    public IReadOnlyList<int> Started() => Numbers(".pid");

    /// <summary>Who runs as a container, as far as is written down.</summary>
    public ProcessIdentity? ReadPid(int containerId)
    {
        try
        {
            return ProcessIdentity.Parse(File.ReadAllText(PidPath(containerId)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>How a container fared so far; nothing is known of one that never ended.</summary>
    public ContainerLife ReadLife(int containerId)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(At(Name(containerId) + LifeSuffix)), LocalJson.Default.ContainerLife) ?? ContainerLife.New;
        }
        catch (Exception fault) when (fault is IOException or JsonException or UnauthorizedAccessException)
        {
            return ContainerLife.New;
        }
    }

    /// <summary>Notes how a container fares. It is for people to read: a disk that takes nothing must not keep the container down.</summary>
    public void WriteLife(int containerId, ContainerLife life)
    {
        try
        {
            Write(At(Name(containerId) + LifeSuffix), JsonSerializer.Serialize(life, LocalJson.Default.ContainerLife));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The next end of the container is written down again.
        }
    }

    /// <summary>Says that a container is to run.</summary>
    public void Want(int containerId) => Write(At(Name(containerId)), string.Empty);

    /// <summary>Says that a container is not to run any more.</summary>
    public void Unwant(int containerId)
    {
        File.Delete(At(Name(containerId)));
        DurableFile.FlushFolder(Path);
    }

    /// <summary>Removes the files about a container that ended for good.</summary>
    public void Forget(int containerId)
    {
        File.Delete(At(Name(containerId)));
        File.Delete(PidPath(containerId));
        File.Delete(LockPath(containerId));
        File.Delete(At(Name(containerId) + LifeSuffix));
    }

    /// <summary>Says that nothing of the topology is to run any more, on a disk that takes nothing, too.</summary>
    public void MarkKilled()
    {
        try
        {
            Directory.CreateDirectory(Path);
            Write(At(KilledFile), string.Empty);
        }
        catch (IOException fault) when (DiskFull.Is(fault))
        {
            // Another name for a file that is there takes neither bytes nor an inode. Without one there is nothing that anybody
            // could start again.
            if (File.Exists(At(SpecFile)))
            {
                File.Move(At(SpecFile), At(KilledFile), overwrite: true);
            }
        }
    }

    /// <summary>Removes the folder, the mark of the kill last.</summary>
    public void Remove()
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Path).Where(file => System.IO.Path.GetFileName(file) != KilledFile))
        {
            File.Delete(file);
        }

        Directory.Delete(Path, recursive: true);
    }

    private static string Name(int containerId) => Prefix + containerId.ToString(CultureInfo.InvariantCulture);

    private static void Write(string path, string text) => DurableFile.Write(path, path + ".part", Encoding.UTF8.GetBytes(text));

    private string At(string name) => System.IO.Path.Join(Path, name);

    private List<int> Numbers(string suffix) => !Directory.Exists(Path)
        ? []
        : [.. Directory.EnumerateFiles(Path, Prefix + "*" + suffix)
            .Select(file => System.IO.Path.GetFileName(file)[Prefix.Length..])
            .Where(name => name.EndsWith(suffix, StringComparison.Ordinal))
            .Select(name => int.TryParse(
                name.AsSpan(0, name.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1)
            .Where(id => id >= 0)
            .Order()];
}
