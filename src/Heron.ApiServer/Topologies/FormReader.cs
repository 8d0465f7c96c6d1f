// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Errors;
using Heron.ApiServer.FormData;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Operations.Submit;

namespace Heron.ApiServer.Topologies;

/// <summary>
/// Step 1: reads the form of a submission as it arrives, the definition into the workspace, and the binary straight into the package
/// that nodes will fetch.
/// </summary>
internal sealed class FormReader
{
    // Environment and user have defaults; the order is that of the Java server's message.
    private static readonly string[] Required = ["name", "cluster", "role", DefinitionField, TopologyField];
    private static readonly string[] Known = [.. Required, "environment", "user"];

    // Without them a submission is one in earnest.
    private static readonly string[] OfDryRuns = [RequestFlags.DryRun, RequestFlags.DryRunFormat];

    private const string DefinitionField = "definition";
    private const string TopologyField = "topology";
    private const int MaxFieldBytes = 256 * 1024;
    private const int MaxFieldsBytes = 4 * 1024 * 1024;

    private readonly Workspace _workspace;
    private readonly List<KeyValuePair<string, string>> _fields = [];
    private SubmittedFile? _definition;
    private SubmittedBinary? _binary;
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
        switch (part.Name)
        {
            case DefinitionField when _definition is null:
                _definition = await ReadDefinitionAsync(part, cancellationToken);
                return;
            case TopologyField when _binary is null:
                _binary = await ReadBinaryAsync(part, cancellationToken);
                return;
            case DefinitionField or TopologyField:
                throw new HeronException(FaultKind.BadRequest, $"the form has two parts named '{part.Name}'");
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

    private async Task<SubmittedFile> ReadDefinitionAsync(FormPart part, CancellationToken cancellationToken)
    {
        using var file = _workspace.Stage(DefinitionField);
        await part.Body.CopyToAsync(file.Write, cancellationToken);
        file.Keep();
        return new SubmittedFile(file.Path, part.FileName);
    }

    private async Task<SubmittedBinary> ReadBinaryAsync(FormPart part, CancellationToken cancellationToken)
    {
        var name = TopologyFileNames.Harmless(part.FileName, TopologyField);
#pragma warning disable CA2000 // The workspace owns it.
        var package = _workspace.Own(new PackageWriter(_workspace.Stage(PackageStep.PackageName)));
#pragma warning restore CA2000
        package.BeginBinary(name, part.LengthIfLast);
        await part.Body.CopyToAsync(package.Write, cancellationToken);
        package.EndBinary();
        return new SubmittedBinary(package, name);
    }

    private SubmissionForm Finish()
    {
        var missing = Required.Where(name => !IsThere(name)).ToList();
        if (missing.Count > 0 || _definition is null || _binary is null)
        {
            throw new MissingParametersException(missing);
        }

        FormFields.RefuseNearly(_fields.Select(field => field.Key), OfDryRuns);
        var role = Value("role")!;
        return new SubmissionForm
        {
            Name = Value("name")!,
            Cluster = Value("cluster")!,
            Role = role,
            Environment = Value("environment") ?? "default",
            User = Value("user") ?? role,
            Overrides = [.. _fields.Where(f => !Known.Contains(f.Key))],
            Definition = _definition,
            Binary = _binary,
        };
    }

    private bool IsThere(string field) => field switch
    {
        DefinitionField => _definition is not null,
        TopologyField => _binary is not null,
        _ => Value(field) is not null,
    };

    private string? Value(string field) => _fields.Where(f => f.Key == field).Select(f => f.Value).FirstOrDefault();
}
