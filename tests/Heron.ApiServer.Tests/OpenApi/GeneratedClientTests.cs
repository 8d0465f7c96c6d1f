// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Loader;
using Heron.ApiServer.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>What a generator makes of the document is a client that works.</summary>
public sealed class GeneratedClientTests
{
    [Fact]
    public async Task A_client_that_is_generated_from_the_document_compiles_submits_looks_and_kills()
    {
        await using var server = await TestServer.StartAsync();
        var client = Compiled(await GenerateAsync(server), server.Client);
        var (definition, binary) = (File("exclamation.defn", Forms.Definition("exclamation")), File("exclamation.jar", "binary"u8.ToArray()));

        var created = await CreatedAsync(() => CallAsync("SubmitTopologyAsync", new()
        {
            ["name"] = "exclamation",
            ["cluster"] = "nomad",
            ["role"] = "ads",
            ["environment"] = "devel",
            ["definition"] = definition,
            ["topology"] = binary,
        }));
        Assert.Equal("exclamation", Read(created, "Name"));
        var place = new Dictionary<string, object?> { ["cluster"] = "nomad", ["role"] = "ads", ["environment"] = "devel", ["name"] = "exclamation" };
        Assert.Equal("exclamation", Read(await CallAsync("GetTopologyAsync", place), "Name"));
        Assert.Equal(1, Read(await CallAsync("ListTopologiesAsync", []), "Total"));
        Assert.Equal("exclamation killed", Read(await CallAsync("KillTopologyAsync", place), "Message"));
        var gone = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync("GetTopologyAsync", place));
        Assert.Equal("Topology 'exclamation' does not exist", Read(Read(gone, "Result"), "Message"));

        async Task<object> CallAsync(string name, Dictionary<string, object?> arguments)
        {
            var method = client.GetType().GetMethods().Single(m => m.Name == name && m.GetParameters().Length > 0 && m.GetParameters()[^1].ParameterType == typeof(CancellationToken));
            var task = (Task)method.Invoke(client, [.. method.GetParameters().Select(p =>
                p.ParameterType == typeof(CancellationToken) ? CancellationToken.None : arguments.GetValueOrDefault(p.Name!))])!;
            await task;
            return task.GetType().GetProperty("Result")!.GetValue(task)!;
        }

        object File(string name, byte[] content) =>
            Activator.CreateInstance(client.GetType().Assembly.GetType("Generated.FileParameter")!, new MemoryStream(content), name)!;
    }

    private static async Task<string> GenerateAsync(TestServer server)
    {
        // This generator reads 3.0, as most do; the server gives that, too.
        var document = await OpenApiDocument.FromJsonAsync(await server.Client.GetStringAsync(ServedDocument.Path + "?version=3.0"));

        // A field that may be left out is one that may be null to this generator: else its client refuses to leave it out.
        foreach (var form in document.Operations
            .SelectMany(o => o.Operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            .Where(content => content.Key == "multipart/form-data")
            .Select(content => content.Value.Schema))
        {
            foreach (var (name, field) in form.ActualSchema.Properties)
            {
                field.IsNullableRaw = !form.ActualSchema.RequiredProperties.Contains(name);
            }
        }

        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "HeronClient",
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
            InjectHttpClient = true,
            UseBaseUrl = false,
        };
        return new CSharpClientGenerator(document, settings).GenerateFile();
    }

    private static object Compiled(string source, HttpClient http)
    {
        var compilation = CSharpCompilation.Create(
            "generated",
            [CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll")
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var bytes = new MemoryStream();
        var emitted = compilation.Emit(bytes, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        bytes.Position = 0;
        var assembly = new AssemblyLoadContext("generated", isCollectible: true).LoadFromStream(bytes);
        return Activator.CreateInstance(assembly.GetType("Generated.HeronClient")!, http)!;
    }

    // Of the two successes of a submission this generator takes that of a dry run for the usual one, and throws the other.
    private static async Task<object> CreatedAsync(Func<Task<object>> submit)
    {
        try
        {
            return await submit();
        }
        catch (Exception thrown) when (thrown.GetType().GetProperty("StatusCode")?.GetValue(thrown) is 201)
        {
            return Read(thrown, "Result");
        }
    }

    private static object Read(object from, string property) =>
        from.GetType().GetProperty(property, BindingFlags.Instance | BindingFlags.Public)!.GetValue(from)!;
}
