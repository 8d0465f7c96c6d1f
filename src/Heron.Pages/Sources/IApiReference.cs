// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Tells what the server's API is.</summary>
public interface IApiReference
{
    /// <summary>The whole of it.</summary>
    ApiReferenceView Read();
}
