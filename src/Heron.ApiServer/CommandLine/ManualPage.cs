// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text;

namespace Heron.ApiServer.CommandLine;

/// <summary>The manual page heron-apiserver(8), in the language of man(7).</summary>
internal static class ManualPage
{
    private static readonly (string Status, string Meaning)[] Statuses =
    [
        ($"{ExitCodes.Success}", "Ended as asked, or printed what was asked for, or as much of it as was read."),
        ($"{ClientExitCodes.Refused}", "Of a command that asks a running server: it refused, failed, or has not what was asked for. Stderr has its words."),
        ($"{ExitCodes.Mistake}", "A mistake in the command line or the configuration, told on stderr in one line each. Starting again does not help."),
        ($"{ExitCodes.Replaced}", "Somebody wrote over the program's files while it ran. Start it again."),
        ($"{ClientExitCodes.Unreachable}", "Of a command that asks a running server: nobody answers at the address."),
    ];

    private static readonly (string Signal, string Meaning)[] Signals =
    [
        ("SIGTERM, SIGINT", "Stop. Requests in flight have ten seconds to finish; containers go on."),
        ("SIGHUP", "Read users, tokens, rights, certificates and log levels again. The log says what came of it, and what else has changed and needs a restart."),
        ("SIGUSR1, SIGUSR2", "Nothing, with a line in the log."),
    ];

    private static readonly (string Variable, string Meaning)[] Environment =
    [
        ("HOME", "Packages, journal and workspaces are kept below it, unless the configuration says otherwise."),
        ("NOMAD_TOKEN, NOMAD_NAMESPACE, NOMAD_REGION", "The token that the server shows to Nomad, and where in it jobs go."),
        ("NOMAD_CACERT, NOMAD_CLIENT_CERT, NOMAD_CLIENT_KEY", "TLS towards Nomad."),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "Where metrics and traces are sent, with all other variables of OpenTelemetry."),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "Where only metrics, or only traces, are sent."),
    ];

    private static readonly (string File, string Meaning)[] Files =
    [
        (OptionsFile.DefaultPath, $"These options without their dashes, and 'settings' for -D, in YAML; the command line goes before it. {OptionsFile.Flag} names another file."),
        ("conf/", "Beside the program: folders of template files, one for each --base-template. The Debian package keeps them in /etc/heron/conf."),
    ];

    /// <summary>Makes the page.</summary>
    /// <param name="tree">All that can be typed.</param>
    /// <param name="version">The program's version.</param>
    public static string Of(Command tree, string version)
    {
        var text = new StringBuilder();

        // Without a date: the same sources make the same page.
        text.Append(".TH HERON\\-APISERVER 8 \"\" \"heron\\-apiserver ").Append(Escaped(version)).Append("\" \"System administration\"\n");
        text.Append(".SH NAME\nheron\\-apiserver \\- API server of Apache Heron clusters\n");
        text.Append(".SH SYNOPSIS\n.B heron\\-apiserver\n\\fB\\-\\-cluster\\fR \\fINAME\\fR [\\fIoption\\fR ...]\n");
        foreach (var (path, command) in Runnable(tree))
        {
            text.Append(".br\n.B ").Append(Escaped(Typed(path))).Append('\n').Append(Usage(command));
        }

        text.Append(".SH DESCRIPTION\n").Append(Line(tree.Description)).Append(".SH OPTIONS\n");
        foreach (var option in tree.Options)
        {
            text.Append(Entry(option));
        }

        text.Append(".SH COMMANDS\n");
        foreach (var (path, command) in Runnable(tree))
        {
            text.Append(".SS ").Append(Escaped(Typed(path)["heron-apiserver ".Length..])).Append('\n').Append(Line(command.Description));
            foreach (var option in IsOfServer(tree, command) ? [] : command.Options)
            {
                text.Append(Entry(option));
            }
        }

        Section("FILES", Files);
        Section("ENVIRONMENT", Environment);
        Section("SIGNALS", Signals);
        Section("EXIT STATUS", Statuses);
        text.Append(".SH SEE ALSO\nThe documents beside the program, or in /usr/share/doc/heron\\-apiserver.\n");
        return text.ToString();

        void Section(string title, IEnumerable<(string Name, string Meaning)> entries)
        {
            text.Append(".SH ").Append(title).Append('\n');
            foreach (var (name, meaning) in entries)
            {
                text.Append(".TP\n.B ").Append(Escaped(name)).Append('\n').Append(Line(meaning));
            }
        }
    }

    private static IEnumerable<(string Path, Command Command)> Runnable(Command tree) =>
        ProgramTree.Commands(tree).Where(command => command.Path.Length > 0 && command.Command.Subcommands.Count == 0);

    private static string Typed(string path) => "heron-apiserver" + path.Replace('/', ' ');

    private static bool IsOfServer(Command tree, Command command) => command.Options.Count > 0 && command.Options.All(tree.Options.Contains);

    // An empty line would show.
    private static string Usage(Command command) => string.Concat(command.Arguments
        .Select(argument => Emphasized(argument.HelpName ?? argument.Name) + "\n")
        .Concat(command.Options.Any() ? ["[\\fIoption\\fR ...]\n"] : []));

    private static string Entry(Option option) =>
        $".TP\n\\fB{Escaped(option.Name)}\\fR{(option.HelpName is { } value ? " " + Emphasized(value) : "")}\n{Line(option.Description)}";

    private static string Emphasized(string text) => $"\\fI{Escaped(text)}\\fR";

    private static string Line(string? text) => Escaped(text ?? "") + "\n";

    // A dash that can be copied into a shell; a line that begins with a dot or an apostrophe would be a command.
    private static string Escaped(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("'", "\\(aq", StringComparison.Ordinal);
        return escaped.StartsWith('.') ? "\\&" + escaped : escaped;
    }
}
