using Heron.BlockingServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// The real server, composed as the product composes it, with a logger that stops the thread at a line that a test chose.
return await Heron.ApiServer.Program.RunAsync(
    args,
    Heron.ApiServer.Composition.PartCatalog.Shipped,
    services => services.AddSingleton<ILoggerProvider>(BlockingLogger.FromEnvironment()));
