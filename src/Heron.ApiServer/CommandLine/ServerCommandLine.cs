using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using Heron.Operations.Observe.Queries;

namespace Heron.ApiServer.CommandLine;

/// <summary>Reads the command line as the Java server's users type it, and collects every mistake in it.</summary>
public sealed class ServerCommandLine
{
    private const string PropertyFlag = "-D";

    private readonly string _programDirectory;
    private readonly string _workingDirectory;
    private readonly Command _command;
    private readonly Option<string> _cluster = Single("--cluster", "NAME", "The cluster to which topologies are submitted. Required.");
    private readonly Option<string> _baseTemplate = Single(
        "--base-template", "NAME", "The folder in conf/ beside this program with the template files. Default: the cluster's name.");

    private readonly Option<string> _configPath = Single("--config-path", "DIR", "A folder with template files anywhere else.");
    private readonly Option<string> _port = Single("--port", "N", "The port to listen on. Default: 9000; 0 takes a free one.");
    private readonly Option<string> _bind = Single("--bind", "ADDRESS", "The IP address to listen on. Default: all addresses.");
    private readonly Option<string> _releaseFile = Single(
        "--release-file", "FILE", "The YAML file with heron.build.* values. Default: release.yaml beside this program, if there.");

    private readonly Option<string> _downloadHostname = Single(
        "--download-hostname", "HOST", "The host name in download URIs that nodes get. Default: this machine's name.");

    private readonly Option<string> _corePackage = Single(
        "--heron-core-package-path", "FILE", "A heron-core archive that this server serves to nodes.");

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log debug lines too." };
    private readonly Option<string[]> _properties = new(PropertyFlag)
    {
        Description = "Sets a configuration value, over what the template says. May be repeated.",
        HelpName = "key=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly HelpOption _help = new();

    /// <summary>Reads for a program in one folder, started in another.</summary>
    /// <param name="programDirectory">Where <c>conf/</c> and <c>release.yaml</c> are.</param>
    /// <param name="workingDirectory">What relative paths of the command line are relative to.</param>
    public ServerCommandLine(string programDirectory, string workingDirectory)
    {
        _programDirectory = programDirectory;
        _workingDirectory = workingDirectory;
        _command = new Command("heron-apiserver", "Submits topologies to a cluster and looks after them, over HTTP.")
        {
            _cluster, _baseTemplate, _configPath, _port, _bind, _releaseFile, _properties, _downloadHostname, _corePackage, _verbose,
            _help,
        };
    }

    /// <summary>Reads the arguments. Files and folders that they name are checked; nothing else on the machine is.</summary>
    public CommandLineResult Read(IReadOnlyList<string> arguments)
    {
        var separated = arguments.SelectMany(Separate).ToArray();
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        var parsed = _command.Parse(separated, configuration);
        if (parsed.GetResult(_help) is not null)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            parsed.Invoke(new InvocationConfiguration { Output = text, Error = text });
            return new CommandLineResult(null, text.ToString(), []);
        }

        var mistakes = new List<string>();
        mistakes.AddRange(Unknown(parsed.UnmatchedTokens));
        mistakes.AddRange(parsed.Errors.Where(error => error.SymbolResult is OptionResult).Select(error => error.Message));
        var values = new OptionChecks(mistakes);
        var cluster = values.Name("--cluster", Value(_cluster), required: parsed.GetResult(_cluster) is null);
        var baseTemplate = values.Name("--base-template", Value(_baseTemplate), required: false);
        var options = new ServerOptions
        {
            Cluster = cluster ?? "",
            TemplateDirectory = TemplateDirectory(values, Value(_configPath), baseTemplate ?? cluster),
            Port = values.Port(Value(_port), ServerOptions.DefaultPort),
            BindAddress = values.Address(Value(_bind)),
            ReleaseFile = ReleaseFile(values, Value(_releaseFile)),
            Overrides = values.Properties(parsed.GetResult(_properties)?.Tokens.Select(token => token.Value) ?? []),
            Verbose = parsed.GetValue(_verbose),
            DownloadHostname = values.HostName(Value(_downloadHostname)),
            HeronCorePackagePath = values.ExistingFile("--heron-core-package-path", Absolute(Value(_corePackage))),
        };
        return new CommandLineResult(options.TemplateDirectory.Length > 0 ? options : null, null, mistakes);

        // Of a flag without a value, only the parser's own complaint is reported.
        string? Value(Option<string> option) => parsed.GetResult(option) is { Tokens: [var token] } ? token.Value : null;
    }

    private string TemplateDirectory(OptionChecks values, string? configPath, string? template)
    {
        if (configPath is not null)
        {
            return values.ExistingDirectory($"--config-path {configPath}", Absolute(configPath)!);
        }

        return template is null
            ? ""
            : values.ExistingDirectory(
                $"the template '{template}' (--base-template, else --cluster)", Path.Join(_programDirectory, "conf", template));
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

    // The value of an unknown flag is no mistake of its own.
    private static IEnumerable<string> Unknown(IReadOnlyList<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i == 0 || tokens[i].StartsWith('-') || !tokens[i - 1].StartsWith('-') || tokens[i - 1].Contains('='))
            {
                yield return $"unknown argument {tokens[i]}: --help lists those that there are";
            }
        }
    }

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
