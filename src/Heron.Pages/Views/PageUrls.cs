// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>The addresses of the pages. A topology's name is unique on a server, so it alone names its pages.</summary>
public static class PageUrls
{
    /// <summary>The list of topologies.</summary>
    public const string Topologies = "/";

    /// <summary>Submitting.</summary>
    public const string Submit = "/submit";

    /// <summary>The server itself.</summary>
    public const string Server = "/server";

    /// <summary>What has happened to all topologies.</summary>
    public const string History = "/history";

    /// <summary>What the API is.</summary>
    public const string Reference = "/docs";

    /// <summary>One topology.</summary>
    public static string Topology(string name) => "/topologies/" + Uri.EscapeDataString(name);

    /// <summary>A tab of a topology's page.</summary>
    public static string Tab(string name, string tab) => tab.Length == 0 ? Topology(name) : $"{Topology(name)}/{tab}";

    /// <summary>One container.</summary>
    public static string Container(string name, int container) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Topology(name)}/containers/{container}");

    /// <summary>The routes of the API for one topology.</summary>
    public static string Api(string cluster, string role, string environment, string name) =>
        "/api/v1/topologies/" + string.Join('/', new[] { cluster, role, environment, name }.Select(Uri.EscapeDataString));
}
