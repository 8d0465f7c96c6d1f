namespace Heron.ApiServer.Composition;

/// <summary>The uploaders that this server has.</summary>
public enum UploaderKind
{
    /// <summary>This server's own store, or another server's when <c>heron.uploader.http.uri</c> names one.</summary>
    Http,

    /// <summary>A folder that all nodes share.</summary>
    LocalFileSystem,

    /// <summary>A bucket of S3 or of a server that speaks like it.</summary>
    S3,

    /// <summary>A machine reached with scp and ssh.</summary>
    Scp,
}
