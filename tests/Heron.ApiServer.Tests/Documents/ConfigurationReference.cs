// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Operations.History;
using Heron.Packages;
using Heron.Scheduler.Local;
using Heron.Scheduler.Nomad;
using Heron.State.Folder;
using Heron.State.ZooKeeper;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Documents;

/// <summary>
/// The tables of docs/configuration.md, made of what the program has: its options, the constants that name settings with their
/// comments, the parts it can be made of, and the shipped templates.
/// </summary>
internal static partial class ConfigurationReference
{
    private const string Ours = "Ours: ";

    // Names that look like settings and are none: what a job or an answer says of itself, and what the server tells containers.
    private static readonly string[] NoSettings =
        ["heron.apiserver.version", "heron.apiserver.url", "heron.build.version", "heron.restart", "heron.disk", "heron.submission"];

    // Only these of a template are the server's; the others are for the daemons in the containers.
    private static readonly string[] TemplateFiles =
        ["client.yaml", "downloader.yaml", "packing.yaml", "scheduler.yaml", "stateful.yaml", "statemgr.yaml", "uploader.yaml"];

    private static readonly (string Title, string Begin)[] Groups =
    [
        ("Nomad", "heron.nomad."), ("This server", "heron.apiserver."), ("State", "heron.statemgr."), ("Uploaders", "heron.uploader."),
        ("Local scheduler", "heron.scheduler.local."), ("heron-core, containers, checkpoints, submissions", "heron."), ("Of a topology", "topology."),
    ];

    /// <summary>The tables, as Markdown.</summary>
    public static string Make()
    {
        var page = new StringBuilder();
        Options(page);
        Parts(page);
        Settings(page);
        Tokens(page);
        return page.ToString();
    }

    /// <summary>Settings of the tables that have no meaning written down.</summary>
    public static IReadOnlyList<string> Unexplained { get; } = [.. Known().Where(setting => setting.Value.Length == 0).Select(setting => setting.Key)];

    private static void Options(StringBuilder page)
    {
        Head(page, "Options", "option", "what it does");
        foreach (var option in new ServerCommandLine("/", "/").Options)
        {
            Row(page, $"`{option.Name}{(option.HelpName is null ? "" : " " + option.HelpName)}`", option.Description ?? "");
        }
    }

    private static void Parts(StringBuilder page)
    {
        Head(page, "Parts", "setting", "one of these, below `org.apache.heron.` or `com.twitter.heron.`");
        Classes(PartCatalog.Shipped.Schedulers, ConfigKeys.SchedulerClass);
        Row(page, $"`{ConfigKeys.LauncherClass}`", "the scheduler's own: " + Names(PartCatalog.Shipped.Schedulers.SelectMany(part => part.Companions[ConfigKeys.LauncherClass])));
        Classes(PartCatalog.Shipped.StateManagers, ConfigKeys.StateManagerClass);
        Classes(PartCatalog.Shipped.Uploaders, ConfigKeys.UploaderClass);
        Classes(PartCatalog.Shipped.Packings, ConfigKeys.PackingClass);
        Row(page, $"`{ConfigKeys.RepackingClass}`", "the same, for updates");

        void Classes<T>(PartList<T> parts, string key)
            where T : class => Row(page, $"`{key}`", Names(parts.SelectMany(part => part.ClassNames)));
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    private static void Settings(StringBuilder page)
    {
        var templates = Templates();
        var left = Known();
        foreach (var (title, begin) in Groups)
        {
            Head(page, title, "setting", "meaning", "in `conf/nomad`");
            foreach (var (key, meaning) in left.Where(setting => setting.Key.StartsWith(begin, StringComparison.Ordinal)).ToList())
            {
                Row(page, $"`{key}`", meaning, templates.TryGetValue(key, out var there) && there.Value is { } value ? $"`{value}`" : "");
                left.Remove(key);
            }
        }
    }

    private static void Tokens(StringBuilder page)
    {
        Head(page, "Heron's own keys, and their tokens", "token", "setting", "default");
        foreach (var key in ConfigDefaults.All.OrderBy(key => key.Name, StringComparer.Ordinal))
        {
            var value = Convert.ToString(key.Default, CultureInfo.InvariantCulture);
            Row(page, $"`${{{key.Token}}}`", $"`{key.Name}`", string.IsNullOrEmpty(value) ? "" : $"`{value}`");
        }
    }

    /// <summary>Every setting that the program reads, or a shipped template has for it, with its meaning.</summary>
    private static SortedDictionary<string, string> Known()
    {
        var known = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var assembly in new[]
        {
            typeof(HeronConfig), typeof(HistorySettings), typeof(ServerCommandLine), typeof(UploaderParts), typeof(NomadPart), typeof(LocalPart),
            typeof(ZooKeeperPart), typeof(LocalFileSystemStateManager),
        }.Select(type => type.Assembly))
        {
            var comments = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary"));
            foreach (var (type, field, name) in Constants(assembly))
            {
                var meaning = comments.TryGetValue($"F:{type.FullName?.Replace('+', '.')}.{field}", out var comment) ? Text(comment) : "";
                known[name] = known.GetValueOrDefault(name) is { Length: > 0 } earlier ? earlier : meaning;
            }
        }

        foreach (var (key, (_, comment)) in Templates())
        {
            if (!key.StartsWith("heron.class.", StringComparison.Ordinal) && known.GetValueOrDefault(key) is null or "")
            {
                known[key] = comment;
            }
        }

        return known;
    }

    private static IEnumerable<(Type Type, string Field, string Name)> Constants(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type != typeof(ConfigKeys)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.IsLiteral && field.FieldType == typeof(string)
        let name = (string)field.GetRawConstantValue()!
        where SettingName().IsMatch(name) && !NoSettings.Contains(name)
            && (name.StartsWith("heron.", StringComparison.Ordinal) || field.Name.EndsWith("Key", StringComparison.Ordinal))
        select (type, field.Name, name);

    /// <summary>Of each key of the shipped templates, its value in <c>conf/nomad</c>, if it has one there, and the comment above it.</summary>
    private static Dictionary<string, (string? Value, string Comment)> Templates()
    {
        var keys = new Dictionary<string, (string? Value, string Comment)>(StringComparer.Ordinal);
        foreach (var template in (string[])["nomad", "local"])
        {
            foreach (var file in TemplateFiles)
            {
                var comment = "";
                foreach (var line in File.ReadLines(Path.Join(Fixtures.RepositoryRoot, "conf", template, file)))
                {
                    if (TemplateKey().Match(line) is { Success: true } key)
                    {
                        var value = key.Groups["off"].Length > 0 || key.Groups["value"].Value.Length == 0 || template != "nomad" ? null : key.Groups["value"].Value;
                        keys.TryAdd(key.Groups["key"].Value, (value, comment));
                    }
                    else
                    {
                        comment = line.StartsWith("# ", StringComparison.Ordinal) ? $"{comment} {line[2..]}".Trim() : line.Length == 0 ? "" : comment;
                    }
                }
            }
        }

        return keys;
    }

    // As people read it: no tags, one line; what is new here is marked behind.
    private static string Text(XElement? summary)
    {
        if (summary is null)
        {
            return "";
        }

        foreach (var element in summary.Descendants().ToList())
        {
            element.ReplaceWith(element.Name == "c" ? $"`{element.Value}`" : (element.Attribute("cref")?.Value.Split('.', ':')[^1] ?? element.Value));
        }

        var text = Spaces().Replace(summary.Value, " ").Trim();
        return text.StartsWith(Ours, StringComparison.Ordinal) ? $"{char.ToUpperInvariant(text[Ours.Length])}{text[(Ours.Length + 1)..]} *" : text;
    }

    private static void Head(StringBuilder page, string title, params string[] columns)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        Row(page, columns);
        page.Append('|').Insert(page.Length, "---|", columns.Length).Append('\n');
    }

    private static void Row(StringBuilder page, params string[] cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    [GeneratedRegex(@"^(heron|topology)(\.[a-z0-9_]+)+\z")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"^(?<off># )?(?<key>heron(\.[a-z0-9_]+)+):\s*(?<value>.*)$")]
    private static partial Regex TemplateKey();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
