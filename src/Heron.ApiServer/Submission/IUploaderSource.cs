using Heron.Core.Configuration;
using Heron.Core.Packages;

namespace Heron.ApiServer.Submission;

/// <summary>Gives the uploader that a topology's configuration asks for; its target may name role and topology.</summary>
public interface IUploaderSource
{
    /// <summary>The uploader for one topology.</summary>
    /// <param name="config">The local view of the topology's configuration.</param>
    /// <exception cref="Heron.Core.HeronException">A setting of the uploader cannot be used.</exception>
    IUploader For(HeronConfig config);
}
