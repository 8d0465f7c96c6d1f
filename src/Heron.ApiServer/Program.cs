using Heron.ApiServer.Composition;

// Read the command line, look at the configuration, build the server, run it until a signal ends it.
return await ServerProgram.RunAsync(args);
