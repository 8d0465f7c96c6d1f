using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Tells what the server's API is.</summary>
public interface IApiReference
{
    /// <summary>The whole of it.</summary>
    ApiReferenceView Read();
}
