// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using Heron.ApiServer.Access;
using Heron.ApiServer.Logging;

namespace Heron.ApiServer.CommandLine;

/// <summary>Reads the command line as the Java server's users type it, and collects every mistake in it.</summary>
public sealed class ServerCommandLine
{
    private const string PropertyFlag = "-D";
    private const string CommandLineOrigin = "command line";

    private readonly string _programDirectory;
    private readonly string _workingDirectory;
    private readonly Command _command;
    private readonly IReadOnlyList<Command> _commands;
    private readonly string? _defaultFile;
    private readonly string? _homeTemplates;
    private readonly Option<string> _config = Single(
        OptionsFile.Flag,
        "FILE",
        $"A YAML file with these options without their dashes, and 'settings' for -D. The command line goes before it. Default: {OptionsFile.DefaultPath}, if there.");

    private readonly Option<string> _cluster = Single("--cluster", "NAME", "The cluster to which topologies are submitted. Required.");
    private readonly Option<string> _baseTemplate = Single(
        "--base-template", "NAME", "The folder with the template files: in ~/.heron/conf/ if it is there, else in conf/ beside this program. Default: the cluster's name.");

    private readonly Option<string> _configPath = Single("--config-path", "DIR", "A folder with template files anywhere else.");
    private readonly Option<string> _port = Single("--port", "N", "The port to listen on. Default: 9000; 0 takes a free one.");
    private readonly Option<string> _bind = Single("--bind", "ADDRESS", "The IP address to listen on. Default: all addresses.");
    private readonly Option<string> _releaseFile = Single(
        "--release-file", "FILE", "The YAML file with heron.build.* values. Default: release.yaml beside this program, if there.");

    private readonly Option<string> _downloadHostname = Single(
        "--download-hostname", "HOST", "The host name in download URIs that nodes get. Default: this machine's name.");

    private readonly Option<string> _downloadPort = Single(
        "--download-port", "N", "The port in download URIs that nodes get. Default: the one that is listened on.");

    private readonly Option<string> _downloadUrl = Single(
        "--download-url", "URL", "What download URIs begin with, when a proxy stands in front: scheme, host, port and path. Goes before the two above.");

    private readonly Option<string> _downloadListen = Single(
        "--download-listen", "[ADDRESS:]PORT", "Listen there, too, for downloads and health only: nodes need not reach the API. Download URIs get this port.");

    private readonly Option<string[]> _trustedProxies = new("--trusted-proxies")
    {
        Description = "Proxies whose X-Forwarded-For, -Proto, -Host and -Prefix count: addresses and networks (10.0.0.0/24). May be repeated, or a comma list.",
        HelpName = "ADDRESS",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _corePackage = Single(
        "--heron-core-package-path",
        "FILE|DIR",
        "A heron-core archive that this server serves to nodes, or a folder of heron-core-RELEASE.tar.gz, of which heron.core.version names one.");

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log debug lines too: short for --log-level debug." };
    private readonly Option<string[]> _logLevels = new("--log-level")
    {
        Description = "Log from this level on: trace, debug, info, warning, error or off; with a category, such as Heron.ZooKeeper=debug, its lines alone. May be repeated, or a comma list. Default: info.",
        HelpName = "[CATEGORY=]LEVEL",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _logFormat = Single("--log-format", "text|json", "How log lines are written. Default: text.");
    private readonly Option<string> _logFile = Single("--log-file", "FILE", "Log to a file, which is rotated, instead of stdout.");
    private readonly Option<string> _users = Single(
        "--users", "FILE", "The users of this server and their rights (docs/security.md). Default: whoever reaches it may do all.");

    private readonly Option<bool> _requireLogin = new("--require-login")
    {
        Description = "Do not start without --users when others than this machine can reach the server.",
    };

    private readonly Option<string[]> _allowedHosts = new("--allowed-hosts")
    {
        Description = "Further names under which this server may be asked, *.DOMAIN for all below one, * for any. May be repeated, or a comma list.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _tlsCertificate = Single(
        "--tls-certificate", "FILE", "Speak HTTPS with this certificate (PEM, the chain behind it). Read again when it changes.");

    private readonly Option<string> _tlsKey = Single("--tls-key", "FILE", "The certificate's key (PEM).");
    private readonly Option<string> _tlsClientCa = Single(
        "--tls-client-ca", "FILE", "Let clients log in with certificates of these authorities (PEM) whose subjects the users file names.");

    private readonly Option<string> _auditLog = Single(
        "--audit-log", "FILE", "Note every change in this file: who did what to which topology, from where, and what came of it.");

    private readonly Option<string[]> _properties = new(PropertyFlag)
    {
        Description = "Sets a configuration value, over what the template says. May be repeated.",
        HelpName = "key=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _version = new("--version") { Description = "Print the version of this program." };
    private readonly HelpOption _help = new();

    /// <summary>Reads for a program in one folder, started in another.</summary>
    /// <param name="programDirectory">Where <c>conf/</c> and <c>release.yaml</c> are.</param>
    /// <param name="workingDirectory">What relative paths of the command line are relative to.</param>
    /// <param name="defaultFile">The file of options that is read when it is there and no other is named; null for none.</param>
    /// <param name="homeTemplates">
    /// Where the account may have templates of its own, which go before those beside the program; null for nowhere.
    /// </param>
    /// <param name="commands">The program's other commands, which help lists; null for none.</param>
    public ServerCommandLine(
        string programDirectory, string workingDirectory, string? defaultFile = null, string? homeTemplates = null, IEnumerable<Command>? commands = null)
    {
        _commands = [.. commands ?? []];
        _defaultFile = defaultFile;
        _homeTemplates = homeTemplates;
        _programDirectory = programDirectory;
        _workingDirectory = workingDirectory;
        _command = new Command(
            "heron-apiserver",
            "Submits topologies to a cluster and looks after them, over HTTP. A command does something else instead: --help behind it tells what.")
        {
            _config, _cluster, _baseTemplate, _configPath, _port, _bind, _releaseFile, _properties, _downloadHostname, _downloadPort, _downloadUrl,
            _downloadListen, _trustedProxies,
            _corePackage, _users, _requireLogin, _allowedHosts, _tlsCertificate, _tlsKey, _tlsClientCa, _auditLog, _logFormat, _logFile, _logLevels, _verbose, _version, _help,
        };
    }

    /// <summary>The options, in the order in which the help tells them.</summary>
    internal IEnumerable<Option> Options => _command.Options.Where(option => option != _help);

    /// <summary>The options, and what the program is for; to be described, not to be run.</summary>
    internal Command Command => _command;

    /// <summary>Whether an option asks something of the program instead of telling it how to serve.</summary>
    internal static bool IsQuestion(Option option) => option.Name is "--help" or "--version";

    /// <summary>Reads the arguments. Files and folders that they name are checked; nothing else on the machine is.</summary>
    /// <param name="arguments">The options, without the command.</param>
    /// <param name="command">The command that takes them, which help is about; null for serving.</param>
    public CommandLineResult Read(IReadOnlyList<string> arguments, string? command = null)
    {
        var separated = arguments.SelectMany(Separate).ToArray();
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        var parsed = _command.Parse(separated, configuration);
        if (parsed.GetResult(_help) is not null)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            string[] about = command is null ? [_help.Name] : [command, _help.Name];
            ProgramTree.Of(this, _commands).Parse(about).Invoke(new InvocationConfiguration { Output = text, Error = text });
            return new CommandLineResult(null, text.ToString(), []);
        }

        if (parsed.GetResult(_version) is { Implicit: false })
        {
            return new CommandLineResult(null, $"heron-apiserver {ServerVersion.Text}\n", []);
        }

        var mistakes = new List<string>();
        var typed = parsed;
        var file = OptionsFilePath(typed, mistakes);
        if (file is not null)
        {
            parsed = _command.Parse([.. OptionsFile.Read(file, typed, mistakes), .. separated], configuration);
        }

        var known = _command.Options.Select(option => option.Name).Where(option => option.Length > PropertyFlag.Length);
        mistakes.AddRange(CommandMistakes.Unknown(typed.UnmatchedTokens, CommandNames.All, known));
        mistakes.AddRange(CommandMistakes.OfOptions(parsed));
        var values = new OptionChecks(mistakes);
        var cluster = values.Name("--cluster", Value(_cluster), required: parsed.GetResult(_cluster) is null);
        var baseTemplate = values.Name("--base-template", Value(_baseTemplate), required: false);
        var template = Value(_configPath) is null ? baseTemplate ?? cluster : null;
        var ofHome = HomeTemplate(values, template);
        var options = new ServerOptions
        {
            File = file,
            Cluster = cluster ?? "",
            TemplateDirectory = ofHome ?? TemplateDirectory(values, Value(_configPath), template),
            PassedOverTemplate = ofHome is null ? null : ShippedTemplate(template!),
            Port = values.Port("--port", Value(_port), ServerOptions.DefaultPort),
            BindAddress = values.Address(Value(_bind)),
            ReleaseFile = ReleaseFile(values, Value(_releaseFile)),
            Overrides = values.Properties(Values(_properties)),
            Log = values.LogLevels(
                "--log-level",
                List(_logLevels),
                new LogSettings(
                    parsed.GetValue(_verbose),
                    values.OneOf("--log-format", Value(_logFormat), "text", "json") == "json",
                    Absolute(Value(_logFile)))),
            Access = values.Consistent(new AccessOptions
            {
                UsersFile = values.ExistingFile("--users", Absolute(Value(_users))),
                NamesUsers = Value(_users) is not null,
                RequireLogin = parsed.GetValue(_requireLogin),
                AllowedHosts = [.. List(_allowedHosts)],
                TlsCertificate = values.ExistingFile("--tls-certificate", Absolute(Value(_tlsCertificate))),
                NamesCertificate = Value(_tlsCertificate) is not null,
                TlsKey = values.ExistingFile("--tls-key", Absolute(Value(_tlsKey))),
                NamesKey = Value(_tlsKey) is not null,
                TlsClientCa = values.ExistingFile("--tls-client-ca", Absolute(Value(_tlsClientCa))),
                AuditLog = Absolute(Value(_auditLog)),
            }),
            DownloadHostname = values.HostName(Value(_downloadHostname)),
            DownloadPort = Value(_downloadPort) is { } port ? values.Port("--download-port", port, 0) : null,
            DownloadUrl = values.Url("--download-url", Value(_downloadUrl)),
            DownloadListen = values.Listener("--download-listen", Value(_downloadListen)),
            TrustedProxies = values.Networks("--trusted-proxies", List(_trustedProxies)),
            HeronCorePackagePath = values.ExistingFileOrDirectory("--heron-core-package-path", Absolute(Value(_corePackage))),
        };
        return new CommandLineResult(options.TemplateDirectory.Length > 0 ? options : null, null, mistakes)
        {
            SettingOrigins = options.Overrides.Keys.ToDictionary(
                key => key, key => file is null || Keys(typed.GetResult(_properties)).Contains(key) ? CommandLineOrigin : file),
            Values =
            [
                .. _command.Options
                    .Where(option => option.Name != PropertyFlag && !IsQuestion(option))
                    .Select(option => ValueOf(option, typed, parsed, file)),
            ],
        };

        // Of a flag without a value, only that is reported.
        IEnumerable<string> Values(Option<string[]> option) => parsed.GetResult(option)?.Tokens.Select(token => token.Value) ?? [];
        IEnumerable<string> List(Option<string[]> option) =>
            Values(option).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        string? Value(Option<string> option) => parsed.GetResult(option) is { Tokens: [var token] } ? token.Value : null;
    }

    private string? OptionsFilePath(ParseResult typed, List<string> mistakes) => typed.GetResult(_config) is { Tokens: [var token] }
        ? new OptionChecks(mistakes).ExistingFile(OptionsFile.Flag, Absolute(token.Value))
        : File.Exists(_defaultFile) ? _defaultFile : null;

    private static IEnumerable<string> Keys(OptionResult? properties) =>
        properties?.Tokens.Select(token => token.Value.Split('=')[0]) ?? [];

    private static OptionValue ValueOf(Option option, ParseResult typed, ParseResult all, string? file)
    {
        const string Default = "Default: ";
        if (all.GetResult(option) is { Implicit: false } result)
        {
            var value = result.Tokens.Count == 0 ? "true" : string.Join(',', result.Tokens.Select(token => token.Value));
            return new OptionValue(option.Name, value, typed.GetResult(option) is { Implicit: false } ? CommandLineOrigin : file!);
        }

        var said = option.Description?.IndexOf(Default, StringComparison.Ordinal) ?? -1;
        return new OptionValue(option.Name, said < 0 ? "-" : option.Description![(said + Default.Length)..].TrimEnd('.'), "default");
    }

    private string TemplateDirectory(OptionChecks values, string? configPath, string? template)
    {
        if (configPath is not null)
        {
            return values.TemplateDirectory($"--config-path {configPath}", Absolute(configPath)!);
        }

        return template is null
            ? ""
            : values.TemplateDirectory($"the template '{template}' (--base-template, else --cluster)", ShippedTemplate(template));
    }

    private string ShippedTemplate(string template) => Path.Join(_programDirectory, "conf", template);

    // Where Heron's documentation has people edit. A folder without files is not meant.
    private string? HomeTemplate(OptionChecks values, string? template)
    {
        if (template is null || !Path.IsPathRooted(_homeTemplates))
        {
            return null;
        }

        var folder = Path.Join(_homeTemplates, template);
        try
        {
            return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.yaml").Any() ? folder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return values.TemplateDirectory($"the template '{template}' of Heron's own folder", folder);
        }
    }

    private string? ReleaseFile(OptionChecks values, string? path)
    {
        if (path is not null)
        {
            return values.ExistingFile("--release-file", Absolute(path));
        }

        var besideProgram = Path.Join(_programDirectory, "release.yaml");
        return File.Exists(besideProgram) ? besideProgram : null;
    }

    private string? Absolute(string? path) =>
        string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, _workingDirectory);

    private static Option<string> Single(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
    };

    // -Dkey=value becomes two arguments, so that the parser never looks for a flag inside it.
    private static IEnumerable<string> Separate(string argument) =>
        argument.Length > PropertyFlag.Length && argument.StartsWith(PropertyFlag, StringComparison.Ordinal)
            ? [PropertyFlag, argument[PropertyFlag.Length..]]
            : [argument];
}
