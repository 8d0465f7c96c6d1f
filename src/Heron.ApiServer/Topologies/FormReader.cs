using Heron.ApiServer.Errors;
using Heron.ApiServer.FormData;
using Heron.Core;
using Heron.Core.Storage;
using Heron.Operations.Submit;

namespace Heron.ApiServer.Topologies;

/// <summary>Step 1: reads the form of a submission as it arrives, files straight into the workspace.</summary>
internal sealed class FormReader
{
    // Environment and user have defaults; the order is that of the Java server's message.
    private static readonly string[] Required = ["name", "cluster", "role", DefinitionField, TopologyField];
    private static readonly string[] Known = [.. Required, "environment", "user"];

    private const string DefinitionField = "definition";
    private const string TopologyField = "topology";
    private const int MaxFieldBytes = 256 * 1024;
    private const int MaxFieldsBytes = 4 * 1024 * 1024;

    private readonly Workspace _workspace;
    private readonly Dictionary<string, SubmittedFile> _files = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> _fields = [];
    private int _fieldBytes;

    private FormReader(Workspace workspace) => _workspace = workspace;

    /// <summary>Reads a whole form; parts may come in any order.</summary>
    /// <exception cref="HeronException">It is malformed, too large, or misses a required field.</exception>
    public static async Task<SubmissionForm> ReadAsync(
        MultipartForm form, Workspace workspace, CancellationToken cancellationToken)
    {
        var reader = new FormReader(workspace);
        while (await form.NextAsync(cancellationToken) is { } part)
        {
            await reader.TakeAsync(part, cancellationToken);
        }

        return reader.Finish();
    }

    private async Task TakeAsync(FormPart part, CancellationToken cancellationToken)
    {
        if (part.Name is DefinitionField or TopologyField)
        {
            if (_files.ContainsKey(part.Name))
            {
                throw new HeronException(FaultKind.BadRequest, $"the form has two parts named '{part.Name}'");
            }

            using var file = new StagedFile(_workspace.PathOf(part.Name));
            await part.Body.CopyToAsync(file.Write, cancellationToken);
            _files[part.Name] = new SubmittedFile(file.Path, part.FileName, file.Length);
            file.Keep();
            return;
        }

        var value = await part.Body.ReadTextAsync(MaxFieldBytes, cancellationToken);
        _fieldBytes += part.Name.Length + value.Length;
        if (_fieldBytes > MaxFieldsBytes)
        {
            throw new HeronException(FaultKind.TooLarge, $"the text fields of the form are larger than {MaxFieldsBytes} bytes");
        }

        // The first of several counts, as in the Java server.
        if (Value(part.Name) is null)
        {
            _fields.Add(KeyValuePair.Create(part.Name, value));
        }
    }

    private SubmissionForm Finish()
    {
        var missing = Required.Where(name => Value(name) is null && !_files.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw new MissingParametersException(missing);
        }

        var role = Value("role")!;
        return new SubmissionForm
        {
            Name = Value("name")!,
            Cluster = Value("cluster")!,
            Role = role,
            Environment = Value("environment") ?? "default",
            User = Value("user") ?? role,
            Overrides = [.. _fields.Where(f => !Known.Contains(f.Key))],
            Definition = _files[DefinitionField],
            Binary = _files[TopologyField],
        };
    }

    private string? Value(string field) => _fields.Where(f => f.Key == field).Select(f => f.Value).FirstOrDefault();
}
