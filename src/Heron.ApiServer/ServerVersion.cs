// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Heron.ApiServer;

/// <summary>The version of this server, from the one place that says it: <c>Version</c> in Directory.Build.props.</summary>
internal static class ServerVersion
{
    /// <summary>For example <c>0.2.0</c>.</summary>
    public static string Text { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
