namespace Heron.ApiServer.Hosting;

/// <summary>The body of a success that has nothing but a sentence to say.</summary>
/// <param name="Message">For example <c>exclamation killed</c>.</param>
internal sealed record MessageBody(string Message);
