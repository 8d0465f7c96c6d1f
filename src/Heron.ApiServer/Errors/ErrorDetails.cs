namespace Heron.ApiServer.Errors;

/// <summary>The <c>errors</c> object of a 422.</summary>
/// <param name="MissingParameters">Form fields that were not sent, in the order in which they are asked for.</param>
internal sealed record ErrorDetails(IReadOnlyList<string> MissingParameters);
