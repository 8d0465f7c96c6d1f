// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.Core.Configuration;

/// <summary>The files of the configuration template as they were when the server started; packages are made of these.</summary>
public sealed class TemplateFolder
{
    private const int LargestKept = 1024 * 1024;

    private readonly PackagedFiles _packaged;

    private TemplateFolder(string path, PackagedFiles packaged, IReadOnlyList<TemplateFile> files, IReadOnlyList<string> leftBehind) =>
        (Path, _packaged, Files, LeftBehind) = (path, packaged, files, leftBehind);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Those that go along in packages, by name; folders in it do not count.</summary>
    public IReadOnlyList<TemplateFile> Files { get; }

    /// <summary>The names of all others.</summary>
    public IReadOnlyList<string> LeftBehind { get; }

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="packaged">Which of its files go along.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the folder or a file in it cannot be read.</exception>
    public static TemplateFolder Read(string path, PackagedFiles packaged)
    {
        try
        {
            var files = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).ToLookup(file => packaged.Include(NameOf(file)));
            return new TemplateFolder(path, packaged, [.. files[true].Select(ReadFile)], [.. files[false].Select(NameOf)]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"the configuration template {path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The same folder as it is now.</summary>
    /// <inheritdoc cref="Read" path="//exception"/>
    public TemplateFolder Again() => Read(Path, _packaged);

    private static string NameOf(string path) => System.IO.Path.GetFileName(path);

    private static TemplateFile ReadFile(string path)
    {
        var isSettings = System.IO.Path.GetExtension(path) == ".yaml";
        return new TemplateFile(
            NameOf(path),
            path,
            isSettings,
            isSettings || new FileInfo(path).Length <= LargestKept ? File.ReadAllBytes(path) : null);
    }
}

/// <summary>A file of the template.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Path">Where it was.</param>
/// <param name="IsSettings">Whether it is one of Heron's YAML files.</param>
/// <param name="Content">Its bytes; null for something else that is too large to be kept, and no text that anybody wrote.</param>
public sealed record TemplateFile(string Name, string Path, bool IsSettings, byte[]? Content)
{
    /// <summary>The content as text, without a byte order mark.</summary>
    public string Text => Content is null ? string.Empty : Encoding.UTF8.GetString(Content).TrimStart('\uFEFF');
}
