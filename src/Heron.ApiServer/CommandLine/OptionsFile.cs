// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;

namespace Heron.ApiServer.CommandLine;

/// <summary>
/// The server's own options as a YAML file has them: the names of the command line without their dashes, and <c>settings</c> for what
/// <c>-D</c> sets. What the command line says goes before it. Relative paths count from the file's folder.
/// </summary>
internal sealed class OptionsFile
{
    /// <summary>The file that is read when it is there and no other is named.</summary>
    public const string DefaultPath = "/etc/heron/apiserver.yaml";

    /// <summary>The option that names another file.</summary>
    public const string Flag = "--config";

    private const string Settings = "settings";
    private const string PropertyFlag = "-D";

    private readonly string _path;
    private readonly ICollection<string> _mistakes;
    private readonly List<string> _arguments = [];

    private OptionsFile(string path, ICollection<string> mistakes) => (_path, _mistakes) = (path, mistakes);

    /// <summary>Reads a file as arguments of the command line.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="given">The command line as it was typed: what it has is left out of the file's.</param>
    /// <param name="mistakes">Gets a line for everything in the file that means nothing.</param>
    public static IReadOnlyList<string> Read(string path, ParseResult given, ICollection<string> mistakes)
    {
        var file = new OptionsFile(path, mistakes);
        try
        {
            file.Take(YamlReader.ReadMap(File.ReadAllText(path), path), given);
        }
        catch (Exception fault) when (fault is HeronException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add(fault is HeronException ? fault.Message : $"{path} cannot be read: {fault.Message}");
        }

        return file._arguments;
    }

    private void Take(YamlMap map, ParseResult given)
    {
        var options = given.CommandResult.Command.Options.Where(option => option.Name is not (Flag or PropertyFlag) && !ServerCommandLine.IsQuestion(option)).ToList();
        foreach (var (key, value) in map)
        {
            var option = options.Find(candidate => candidate.Name == "--" + key);
            if (key == Settings && value is null or YamlMap)
            {
                TakeSettings(value as YamlMap ?? []);
            }
            else if (option is null)
            {
                var known = options.Select(candidate => candidate.Name[2..]).Append(Settings);
                _mistakes.Add(key == Settings
                    ? $"{_path}: {Settings} must have lines 'key: value' below it"
                    : $"{_path}: {ShownText.Of(key)} is no option of this server{NearestName.Question(key, known)}");
            }
            else if (given.GetResult(option) is not { Implicit: false })
            {
                TakeOption(option, key, value);
            }
        }
    }

    // An argument of one piece, so that a value that begins with a dash is none of its own.
    private void TakeOption(Option option, string key, object? value)
    {
        var isSwitch = option.ValueType == typeof(bool);
        var texts = value is List<object?> list && option.ValueType.IsArray ? list.Select(Text).ToList() : [Text(value)];
        if (texts.Contains(null) || (isSwitch && value is not bool))
        {
            var right = isSwitch ? "true or false" : option.ValueType.IsArray ? "a text or a list of them" : "one text or number";
            _mistakes.Add($"{_path}: {key} must be {right}");
        }
        else if (!isSwitch)
        {
            _arguments.AddRange(texts.Select(text => $"{option.Name}={Absolute(option, text!)}"));
        }
        else if (value is true)
        {
            _arguments.Add(option.Name);
        }
    }

    private static string? Text(object? value) => value is YamlMap or List<object?> ? null : new HeronConfig([new("", value)]).GetString("");

    // Before what the command line sets: of a key that is there twice, the last one counts.
    private void TakeSettings(YamlMap settings)
    {
        foreach (var (key, value) in settings)
        {
            if (Text(value) is { } text)
            {
                _arguments.Add($"{PropertyFlag}={key}={text}");
            }
            else
            {
                _mistakes.Add($"{_path}: the setting {ShownText.Of(key)} must be one text, number, true or false; the template's files can have more");
            }
        }
    }

    private string Absolute(Option option, string value) =>
        option.HelpName is "FILE" or "DIR" or "FILE|DIR" && value.Length > 0 ? Path.GetFullPath(value, Path.GetDirectoryName(_path)!) : value;
}
