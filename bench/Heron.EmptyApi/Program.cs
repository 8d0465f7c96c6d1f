// SPDX-License-Identifier: Apache-2.0

// What ASP.NET costs anybody: the peer of the works "start" and "version" of bench/Heron.Packages.Bench.
const string Answer = """{"heron.apiserver.version":"0","heron.build.user":"heron-apiserver","heron.build.version":"0.20.5-incubating"}""";

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
app.MapGet("/api/v1/version", () => Results.Text(Answer, "application/json"));
app.Run();
