// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>One configuration key of Heron.</summary>
/// <param name="Token">Its name inside <c>${…}</c>.</param>
/// <param name="Name">Its name in configuration files.</param>
/// <param name="Default">Its value when nothing sets it, or null; amounts of memory are bytes.</param>
public sealed record ConfigKey(string Token, string Name, object? Default);
