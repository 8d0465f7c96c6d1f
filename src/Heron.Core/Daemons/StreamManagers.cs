// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Daemons;

/// <summary>Stream managers as the topology manager sees them.</summary>
/// <param name="Registered">Ids of those that are there.</param>
/// <param name="Absent">Ids of those that the packing plan wants and that are not.</param>
public sealed record StreamManagers(IReadOnlyList<string> Registered, IReadOnlyList<string> Absent);
